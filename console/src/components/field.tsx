/** A field of a form: its label, what to put there, and what is wrong with what is there; all three are read aloud. */
import { cloneElement, type HTMLAttributes, type ReactElement, useId } from 'react';

type FieldProps = {
  label: string;
  hint?: string;
  fault?: string | undefined;
  /** The one control. */
  children: ReactElement<HTMLAttributes<HTMLElement>>;
};

export function Field({ label, hint, fault, children }: FieldProps) {
  const id = useId();
  const says = fault === undefined ? hint : `${label} ${fault}.`;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {cloneElement(children, {
        id,
        ...(says === undefined ? {} : { 'aria-describedby': `${id}-says` }),
        ...(fault === undefined ? {} : { 'aria-invalid': true }),
      })}
      {says !== undefined && (
        <span id={`${id}-says`} className={fault === undefined ? 'dim' : 'down'} role={fault && 'alert'}>
          {says}
        </span>
      )}
    </div>
  );
}
