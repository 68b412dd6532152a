const DAY_MS = 86_400_000;
const UNIT_MS: Readonly<Record<string, number>> = {
  seconds: 1000,
  minutes: 60_000,
  hours: 3_600_000,
  days: DAY_MS,
};

/** What the form of a flow's start says, as a definition has it; not checked yet. */
export function triggerOf(body: {
  event?: string;
  property: string;
  operator: string;
  value: string;
  again: string;
  days?: string;
  stop: string;
}) {
  const [siteId = "0", event = ""] = (body.event ?? "").split(" ");
  const property = body.property.trim();
  return {
    trigger: {
      kind: "event" as const,
      siteId: Number(siteId),
      event,
      filter:
        property === ""
          ? undefined
          : { property, operator: body.operator as "equals", value: body.value.trim() },
    },
    entry: {
      again: body.again as "after",
      ms: body.again === "after" ? Number(body.days) * DAY_MS : undefined,
    },
    stop: body.stop === "" ? undefined : { event: body.stop },
  };
}

/** What the form of a step says, as settings; which kind it is tells by its fields. */
export function settingsOf(body: {
  amount?: string;
  unit?: string;
  subject?: string;
  text?: string;
  url?: string;
}): Record<string, unknown> {
  if (body.amount !== undefined) {
    return { ms: Number(body.amount) * (UNIT_MS[body.unit ?? ""] ?? Number.NaN) };
  }
  if (body.url !== undefined) return { url: body.url };
  return { subject: body.subject ?? "", text: (body.text ?? "").replaceAll("\r\n", "\n") };
}
