// Owns the one name under which tests find everything about generated trees: the model, the generator, random edits, and
// the writer and reader for local folders.
//
//   const tree = generateTree({ seed: 7 })
//   await writeTree(tree, dir.path)
//   const { tree: after, edits } = editTree(tree, { seed: 8, edits: 40 })
//   await applyEdits(tree, edits, dir.path)
//   expect(compareTrees(await readTree(dir.path), after)).toEqual([])
export * from "./tree/edits.js";
export * from "./tree/generate.js";
export * from "./tree/local.js";
export * from "./tree/model.js";
export * from "./tree/names.js";
export * from "./tree/random.js";
