/** Where a CSV is dropped or chosen, and which one it was. */
import { type DragEvent, type ReactNode, useState } from 'react';

type Props = { file: File | null; isSending: boolean; onTake: (file: File) => void; children: ReactNode };

export function CsvDrop({ file, isSending, onTake, children }: Props) {
  const [isOver, setOver] = useState(false);
  const take = (chosen: File | undefined) => {
    if (chosen !== undefined) onTake(chosen);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0]);
  };
  return (
    <label
      className={isOver ? 'drop over' : 'drop'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <strong>{isSending ? `Sending ${file?.name} …` : 'Drop a CSV here, or choose one'}</strong>
      <span className="small">{children}</span>
      <input
        type="file"
        accept=".csv,text/csv"
        disabled={isSending}
        onClick={(event) => {
          // The same file, mended, is chosen once more.
          event.currentTarget.value = '';
        }}
        onChange={(event) => take(event.target.files?.[0])}
      />
    </label>
  );
}
