import type { ComponentProps, ComponentChildren } from "preact";
import { Filters } from "./filters.tsx";
import { ComparisonMenu, PeriodPicker } from "./period-picker.tsx";
import type { Comparison } from "../../src/stats/comparison.ts";

export type ReportBarProps = ComponentProps<typeof Filters> &
  ComponentProps<typeof PeriodPicker> & {
    /** Undefined where nothing is compared. */
    readonly compare?: Comparison | undefined;
    readonly children?: ComponentChildren;
    /** What of the address was not understood, a sentence each. */
    readonly errors: readonly string[];
  };

/** What a report is about: filters on the left, time on the right. */
export const ReportBar = (props: ReportBarProps) => (
  <>
    <div class="report-bar">
      <Filters {...props} />
      <div class="row-of tight">
        {props.children}
        <PeriodPicker {...props} />
        {props.compare !== undefined && (
          <ComparisonMenu link={props.link} compare={props.compare} />
        )}
      </div>
    </div>
    {props.errors.length > 0 && (
      <div class="notice bad" role="alert">
        {props.errors.map((error) => (
          <span>{error}.</span>
        ))}
        <span class="muted">The rest of what you chose is shown.</span>
      </div>
    )}
  </>
);
