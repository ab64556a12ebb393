/** One filter of a list: a choice, or all. */
type FilterProps = {
  label: string;
  value: string | undefined;
  options: readonly (readonly [value: string, label: string])[];
  onChange: (value: string) => void;
  /** There is no "all": one of the options always holds. */
  isRequired?: boolean;
};

export function Filter({ label, value, options, onChange, isRequired = false }: FilterProps) {
  return (
    <label className="field">
      {label}
      <select className="select" value={value ?? ''} onChange={(event) => onChange(event.target.value)}>
        {!isRequired && <option value="">All</option>}
        {options.map(([one, name]) => (
          <option key={one} value={one}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
