import { describe, expect, it } from "vitest";
import { embedJson, embedScript, escapeHtml, html } from "../../src/report/html.ts";
import { fc } from "../support/property.ts";

describe("html", () => {
  it("escapes every text that is filled in, in elements and attributes", () => {
    const name = `<b> & "it's"`;
    expect(html`<p title="${name}">${name}</p>`.markup).toBe(
      `<p title="&lt;b&gt; &amp; &quot;it&#39;s&quot;">&lt;b&gt; &amp; &quot;it&#39;s&quot;</p>`,
    );
  });

  it("takes markup that was escaped already, alone or in a list, as it is", () => {
    const items = ["a", "<"].map((it) => html`<li>${it}</li>`);
    expect(html`<ul>${items}</ul>${html`<hr>`}${7}`.markup).toBe(
      "<ul><li>a</li>\n<li>&lt;</li></ul><hr>7",
    );
  });
});

// Goal: no text at all can end the element or attribute that it stands in. Method: arbitrary texts.
it("leaves no character of markup in an escaped text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(escapeHtml(text)).not.toMatch(/[<>"']/);
    }),
  );
});

describe("embedJson", () => {
  it("lets no string end the script element, and reads back the same", () => {
    const value = { name: "</script><script>alert(1)</script><!--" };
    const { markup } = embedJson(value);
    expect(markup).not.toContain("<");
    expect(JSON.parse(markup)).toEqual(value);
  });
});

describe("embedScript", () => {
  it("keeps a script in its element, whatever its strings say", () => {
    const { markup } = embedScript(`const a = "</SCRIPT >", b = "<!--";`);
    expect(markup).toBe(`<script>const a = "<\\/SCRIPT >", b = "<\\!--";</script>`);
  });

  it("drops the source map, which developer tools would fetch", () => {
    expect(embedScript("a();\n//# sourceMappingURL=a.js.map\nb();").markup).toBe(
      "<script>a();\n\nb();</script>",
    );
  });
});
