import { describe, expect, it } from "vitest";
import { Name } from "../../src/kernel/name.ts";

describe("Name", () => {
  it.each(["bank", "B2", "link-check", "a_b", "x"])("takes %j", (name) => {
    expect(Name.parse(name)).toBe(name);
  });

  it.each(["", "2bank", "-bank", "bank.risk", "bank#2", "bänk", "bank ", "bank\n"])(
    "refuses %j, for dots and # are left for references",
    (name) => {
      expect(Name.safeParse(name).error?.issues[0]?.message).toBe(
        "expected a name of letters, digits, - and _, that starts with a letter",
      );
    },
  );

  it("refuses what is no text", () => {
    expect(Name.safeParse(7).error?.issues[0]?.message).toBe("expected a name");
  });
});
