import { fileURLToPath } from 'node:url';
import { Language, type Node, Parser } from 'web-tree-sitter';

export type { Node } from 'web-tree-sitter';

await Parser.init();
// The grammar of tree-sitter-grammars/tree-sitter-bicep, as the package brings it: nothing is compiled when installing.
const grammar = fileURLToPath(import.meta.resolve('tree-sitter-bicep/tree-sitter-bicep.wasm'));
const parser = new Parser();
parser.setLanguage(await Language.load(grammar));

export interface SyntaxFault {
  readonly line: number;
  readonly text: string;
}

/** The tree of a file, and what the grammar makes no sense of. */
export function parse(text: string): { readonly root: Node; readonly faults: readonly SyntaxFault[] } {
  const tree = parser.parse(text);
  if (tree === null) throw new Error('The parser gave up.');
  return { root: tree.rootNode, faults: [...faultsIn(tree.rootNode)] };
}

function* faultsIn(node: Node): Generator<SyntaxFault> {
  if (!node.hasError) return;
  if (node.isError || node.isMissing) {
    yield { line: lineOf(node), text: node.isMissing ? `${node.type} is missing` : node.text.slice(0, 60) };
    return;
  }
  for (const child of childrenOf(node)) yield* faultsIn(child);
}

export const lineOf = (node: Node): number => node.startPosition.row + 1;

export const childrenOf = (node: Node): readonly Node[] =>
  node.children.filter((child): child is Node => child !== null && !child.type.endsWith('comment'));

export const namedIn = (node: Node): readonly Node[] => childrenOf(node).filter((child) => child.isNamed);
