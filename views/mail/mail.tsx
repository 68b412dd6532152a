/** Lines of a paragraph, each of plain parts and links. */
export type MailBlock = readonly (readonly { readonly text: string; readonly href?: string }[])[];

interface Props {
  readonly subject: string;
  readonly blocks: readonly MailBlock[];
  readonly unsubscribeUrl: string;
  readonly imageUrl: string;
}

// Mail programs know no stylesheets: what a part looks like stands on it.
const FRAME = "max-width:560px;margin:0 auto;padding:24px;font:16px/1.55 sans-serif;color:#1d2b2a";
const SMALL = "font-size:13px;color:#6b7775;border-top:1px solid #dfe4e3;padding-top:16px";

/** A letter in plain HTML, readable everywhere. */
export const Mail = ({ subject, blocks, unsubscribeUrl, imageUrl }: Props) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width" />
      <title>{subject}</title>
    </head>
    <body style="margin:0;background:#ffffff">
      <div style={FRAME}>
        {blocks.map((lines) => (
          <p style="margin:0 0 16px">
            {lines.map((parts, index) => (
              <>
                {index > 0 && <br />}
                {parts.map(({ text, href }) =>
                  href ? (
                    <a href={href} style="color:#0b6e69">
                      {text}
                    </a>
                  ) : (
                    text
                  ),
                )}
              </>
            ))}
          </p>
        ))}
        <p style={SMALL}>
          <a href={unsubscribeUrl} style="color:#6b7775">
            No more of these mails
          </a>
        </p>
      </div>
      <img src={imageUrl} width="1" height="1" alt="" />
    </body>
  </html>
);
