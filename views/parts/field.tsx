import type { ComponentChildren } from "preact";

interface Props {
  readonly name: string;
  readonly label: string;
  readonly value?: string | undefined;
  readonly type?: "text" | "email" | "password" | "number" | "date" | "url" | undefined;
  readonly help?: string | undefined;
  readonly error?: string | undefined;
  readonly placeholder?: string;
  readonly required?: boolean;
  readonly autocomplete?: string;
  readonly minlength?: number;
  readonly maxlength?: number;
  /** What it must look like, as a regular expression; `title` says so in words. */
  readonly pattern?: string;
  readonly title?: string;
  readonly rows?: number;
}

/** A labelled input with its help and its error. */
export const Field = (props: Props) => {
  const { name, label, help, error, rows, ...input } = props;
  const described = [help && `${name}-help`, error && `${name}-error`].filter(Boolean).join(" ");
  const attributes = {
    id: name,
    name,
    "aria-invalid": error !== undefined,
    ...(described && { "aria-describedby": described }),
  };
  return (
    <div class="field">
      <label for={name}>{label}</label>
      {rows === undefined ? (
        <input {...attributes} {...(input as { type?: "text" })} />
      ) : (
        <textarea {...attributes} rows={rows} required={input.required}>
          {input.value}
        </textarea>
      )}
      {help && (
        <span class="help" id={`${name}-help`}>
          {help}
        </span>
      )}
      {error && (
        <span class="error" id={`${name}-error`} role="alert">
          {error}
        </span>
      )}
    </div>
  );
};

interface SelectProps {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, label: string])[];
  readonly help?: ComponentChildren;
}

/** A labelled choice. */
export const Select = ({ name, label, value, options, help }: SelectProps) => (
  <div class="field">
    <label for={name}>{label}</label>
    <select id={name} name={name} aria-describedby={help ? `${name}-help` : undefined}>
      {options.map(([option, text]) => (
        <option value={option} selected={option === value}>
          {text}
        </option>
      ))}
    </select>
    {help && (
      <span class="help" id={`${name}-help`}>
        {help}
      </span>
    )}
  </div>
);

/** Options of a choice within a sentence, which has no label of its own. */
export const Pick = ({ name, label, value, options }: Omit<SelectProps, "help">) => (
  <select name={name} aria-label={label}>
    {options.map(([option, text]) => (
      <option value={option} selected={option === value}>
        {text}
      </option>
    ))}
  </select>
);
