import type { Happening } from "../../src/stats/question.ts";
import { httpUrl } from "./http-url.ts";
import { lasting } from "./figures.ts";
import { countryName, sourceName } from "./text.ts";
import { Time } from "./time.tsx";
import { valueText } from "./value-text.ts";

interface Props {
  readonly items: readonly Happening[];
  readonly zone: string;
  /** Where earlier ones come from; undefined when these are the last. */
  readonly earlier?: string | undefined;
  /** Whether the name of each is told: where events of several names stand together. */
  readonly named?: boolean;
}

/** Occurrences with everything recorded, each opened by a click; earlier ones come below. */
export const Happenings = ({ items, zone, earlier, named = false }: Props) => (
  <>
    {items.map((item) => (
      <details class="happening">
        <summary>
          <Time at={item.at} zone={zone} style="long" />
          <span class="cut">
            {named && <b>{item.event === "page_view" ? "Page view" : item.event} </b>}
            {item.page}
          </span>
          <span class="muted small cut">
            {sourceName(item.source)}
            {item.country && ` · ${countryName(item.country)}`} · {valueText("device", item.device)}
          </span>
          <span class="small">
            {item.contactId === null ? `Visitor ${item.visitorNumber}` : "Known contact"}
          </span>
        </summary>
        <Everything item={item} zone={zone} />
      </details>
    ))}
    {earlier !== undefined && (
      <p class="more">
        <button
          class="btn"
          type="button"
          hx-get={earlier}
          hx-target="closest .more"
          hx-swap="outerHTML"
        >
          Show earlier ones
        </button>
      </p>
    )}
  </>
);

const Everything = ({ item, zone }: { item: Happening; zone: string }) => (
  <div class="everything">
    {item.properties !== null && (
      <Group
        title="Properties"
        facts={Object.entries(item.properties).map(([key, value]) => [key, textOf(value)])}
      />
    )}
    <Group
      title="Where it happened"
      facts={[
        ["Page", item.page],
        ["Title", item.title],
        ["Host", item.host],
        ["Looked at for", item.engagedMs === null ? "" : lasting(item.engagedMs)],
        ["Seen of the page", item.scroll === null ? "" : `${item.scroll} %`],
      ]}
    />
    <Group
      title="How the visit began"
      facts={[
        ["Entry page", item.entryPage],
        ["Source", item.source && sourceName(item.source)],
        ["Referrer", item.referrer],
        ["UTM source", item.utmSource],
        ["UTM medium", item.utmMedium],
        ["UTM campaign", item.utmCampaign],
        ["UTM term", item.utmTerm],
        ["UTM content", item.utmContent],
      ]}
    />
    <Group
      title="Who it was"
      facts={[
        ["Visitor", `${item.visitorNumber}, ${item.isNew ? "first visit" : "was here before"}`],
        ["Place", placeOf(item)],
        ["Language", item.language && valueText("language", item.language)],
        ["Device", item.device && valueText("device", item.device)],
        ["Browser", item.browserVersion || item.browser],
        ["System", item.system],
        ["Screen", item.screen > 0 ? `${item.screen} px wide` : ""],
        ["Exactly", new Date(item.at).toLocaleString("sv-SE", { timeZone: zone })],
      ]}
    >
      {item.contactId !== null && (
        <a class="btn" href={`/admin/contacts/${item.contactId}`}>
          Open the contact
        </a>
      )}
    </Group>
  </div>
);

const Group = ({
  title,
  facts,
  children,
}: {
  title: string;
  facts: readonly (readonly [string, string])[];
  children?: preact.ComponentChildren;
}) => (
  <section>
    <h3>{title}</h3>
    <dl>
      {facts
        .filter(([, value]) => value !== "")
        .map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>
              <Recorded value={value} />
            </dd>
          </>
        ))}
    </dl>
    {children}
  </section>
);

const Recorded = ({ value }: { value: string }) => {
  const href = httpUrl(value);
  return href === undefined ? (
    <bdi>{value}</bdi>
  ) : (
    <a href={href} rel="noopener noreferrer nofollow" target="_blank">
      {value}
    </a>
  );
};

export const placeOf = ({
  city,
  region,
  country,
}: {
  city: string;
  region: string;
  country: string;
}) => [city, region, country && countryName(country)].filter(Boolean).join(", ");

const textOf = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value);
