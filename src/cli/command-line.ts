import { hideBin } from "yargs/helpers";

/** How this command can be given again. */
export function commandLine(argv: readonly string[] = process.argv): string {
  return ["tillstorm", ...hideBin([...argv])].map(quote).join(" ");
}

function quote(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
