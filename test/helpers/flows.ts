import { createHmac } from "node:crypto";
import { publishFlow, addFlow, getFlow, saveDraft } from "../../src/flows/queries.ts";
import { parseFlow, type FlowDefinition } from "../../src/flows/flow.ts";
import { addTestSite, startApp, submission, type TestApp, type TestAppOptions } from "./app.ts";
import { startReceiver, type HttpReceiver } from "./http-receiver.ts";
import { startMailServer, type MailServer } from "./mail-server.ts";

/** An app with a site, events, a mail server and a receiver of webhooks. */
export interface FlowLab {
  readonly app: TestApp;
  readonly key: string;
  readonly siteId: number;
  readonly mail: MailServer;
  readonly receiver: HttpReceiver;
  /** Publishes a flow on `add_to_cart`; steps as kind and settings. @returns Its id. */
  publish(
    steps: readonly (readonly [string, Record<string, unknown>])[],
    more?: Partial<FlowDefinition> & { readonly event?: string },
  ): Promise<number>;
  /** Somebody triggers an event. */
  trigger(visitor: string, event: string, props?: Record<string, unknown>): Promise<void>;
  /** Somebody is identified by the site's server, or only by the page. */
  identify(visitor: string, email: string, signed?: boolean): Promise<Response>;
  close(): Promise<void>;
}

/** @param visitor A few letters; made into an id as browsers make them. */
export const visitorId = (visitor: string) => `visitor-${visitor}-000000000000`.slice(0, 30);

export async function startFlowLab(options: TestAppOptions = {}): Promise<FlowLab> {
  const mail = await startMailServer();
  const receiver = startReceiver();
  const app = await startApp({
    ...options,
    env: {
      FOOTFALL_ALLOW_NETWORKS: "127.0.0.0/8",
      FOOTFALL_RATE_LIMIT: "0",
      FOOTFALL_SMTP_URL: `smtp://127.0.0.1:${mail.port}?security=none&from=shop@shop.example`,
      ...options.env,
    },
  });
  const known = [...app.sites.all()][0];
  const key = known?.key ?? (await addTestSite(app));
  if (!known) {
    for (const name of ["add_to_cart", "purchase"]) {
      await app.post(`/admin/sites/${key}/events`, { name, trigger: "manual" });
    }
  }
  const siteId = app.sites.find(key)!.id;
  const secret = app.sites.identifySecretOf(siteId)!;

  return {
    app,
    key,
    siteId,
    mail,
    receiver,
    async publish(steps, { event = "add_to_cart", ...more } = {}) {
      const draft = parseFlow({
        v: 1,
        trigger: { kind: "event", siteId, event },
        entry: { again: "every time" },
        steps: steps.map(([kind, settings], index) => ({ id: `step${index}`, kind, settings })),
        ...more,
      });
      const id = await app.write((tx) => addFlow(tx, "A flow", app.now()));
      await app.write((tx) => saveDraft(tx, id, { draft }, 1, app.now()));
      const flow = await getFlow(app.store, id);
      await app.write((tx) => publishFlow(tx, flow, null, app.now()));
      await app.acting.reload();
      return id;
    },
    async trigger(visitor, event, props) {
      const events = [{ name: event, ...(props && { props }) }];
      const response = await app.send(key, submission({ visitor: visitorId(visitor), events }));
      if (response.status !== 202) throw new Error(await response.text());
    },
    identify(visitor, email, signed = true) {
      const signature = createHmac("sha256", secret).update(email).digest("hex");
      const events = [{ name: "identify", props: { email }, ...(signed && { signature }) }];
      return app.send(key, submission({ visitor: visitorId(visitor), events }));
    },
    async close() {
      await app.close();
      await mail.stop();
      await receiver.stop();
    },
  };
}
