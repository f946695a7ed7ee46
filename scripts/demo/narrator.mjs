// Owns what the demo looks like: headings, explanations, and commands as a person would type them.

const colour = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (/** @type {string} */ code, /** @type {string} */ text) =>
  colour ? `\x1b[${code}m${text}\x1b[0m` : text;
const width = 100;

let chapter = 0;

// Whether a command was shown last, which a blank line sets apart from what is said about it.
let afterCommand = false;

/** @param {string} title */
export function heading(title) {
  console.log(`\n${paint("1;36", `${++chapter}. ${title}`)}`);
  afterCommand = false;
}

/** A paragraph, wrapped. @param {string} text */
export function say(text) {
  const lines = [""];
  for (const word of text.trim().split(/\s+/)) {
    const line = lines.at(-1) ?? "";
    if (line === "") lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  console.log(`${afterCommand ? "\n" : ""}${lines.join("\n")}`);
  afterCommand = false;
}

/** @param {string} command as it would be typed */
export function showCommand(command) {
  console.log(`\n${paint("1", `$ ${command}`)}`);
  afterCommand = true;
}

/** @param {string} text a program's output, as it came */
export function showOutput(text) {
  if (text !== "") console.log(text.replace(/\n$/, ""));
}

/** @param {number} bytes */
export const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
