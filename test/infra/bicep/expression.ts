import type { Expr, Of, Property } from './ast.ts';
import { childrenOf, lineOf, type Node, namedIn } from './grammar.ts';

export class NotUnderstood extends Error {
  override readonly name = 'NotUnderstood';
  constructor(node: Node) {
    super(`Line ${lineOf(node)}: ${node.type} is not understood: ${node.text.slice(0, 60)}`);
  }
}

/**
 * Reads an expression. The grammar binds `.` and `[]` weaker than operators and ends a lambda before them, so its tree of
 * `a == b.c` is that of `(a == b).c`. The order of the tokens is right all the same: they are laid out, and bound anew as
 * Bicep does.
 */
export function readExpression(node: Node): Expr {
  const tokens = new Tokens(layOut(node));
  const expr = parseFrom(tokens, 0);
  if (tokens.peek() !== null) throw new NotUnderstood(node);
  return expr;
}

type Token =
  | { readonly is: 'primary'; readonly expr: Expr }
  | { readonly is: 'postfix'; readonly apply: (of: Expr) => Expr }
  | { readonly is: 'prefix'; readonly operator: string; readonly line: number }
  | { readonly is: 'operator'; readonly operator: string; readonly line: number }
  | { readonly is: 'question' | 'colon'; readonly line: number }
  | { readonly is: 'lambda'; readonly params: readonly string[]; readonly line: number };

class Tokens {
  #at = 0;
  readonly #tokens: readonly Token[];
  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }
  peek(): Token | null {
    return this.#tokens[this.#at] ?? null;
  }
  next(): Token {
    const token = this.peek();
    if (token === null) throw new Error('The expression ends too early.');
    this.#at += 1;
    return token;
  }
}

function layOut(node: Node): readonly Token[] {
  const line = lineOf(node);
  const field = (name: string): Node => {
    const found = node.childForFieldName(name);
    if (found === null) throw new NotUnderstood(node);
    return found;
  };
  const text = childrenOf(node).map((child) => child.type);
  switch (node.type) {
    case 'binary_expression':
      return [
        ...layOut(field('left')),
        { is: 'operator', operator: field('operator').text, line },
        ...layOut(field('right')),
      ];
    case 'unary_expression':
      return [{ is: 'prefix', operator: field('operator').text, line }, ...layOut(field('argument'))];
    case 'ternary_expression':
      return [
        ...layOut(field('condition')),
        { is: 'question', line },
        ...layOut(field('consequence')),
        { is: 'colon', line },
        ...layOut(field('alternative')),
      ];
    case 'lambda_expression': {
      const [params, body] = namedIn(node);
      if (!params || !body) throw new NotUnderstood(node);
      const names = params.type === 'identifier' ? [params] : namedIn(params);
      return [{ is: 'lambda', params: names.map((name) => name.text), line }, ...layOut(body)];
    }
    case 'member_expression': {
      const [name, safe] = [field('property').text, text.includes('.?')];
      return [
        ...layOut(field('object')),
        ...(text.includes('!') ? [assertion(line)] : []),
        { is: 'postfix', apply: (of) => ({ kind: 'member', of, name, safe, line }) },
      ];
    }
    case 'subscript_expression': {
      const [index, safe] = [readExpression(field('index')), text.includes('?')];
      return [...layOut(field('object')), { is: 'postfix', apply: (of) => ({ kind: 'index', of, index, safe, line }) }];
    }
    case 'call_expression': {
      const args = namedIn(field('arguments')).map(readExpression);
      const call = (of: Expr): Expr => {
        // `a.list()` is list(a), as in the functions of resources.
        if (of.kind === 'member') return { kind: 'call', name: of.name, args: [of.of, ...args], line };
        if (of.kind !== 'name') throw new NotUnderstood(node);
        return { kind: 'call', name: of.name, args, line };
      };
      return [
        ...layOut(field('function')),
        { is: 'postfix', apply: call },
        ...(text.includes('nullable_return_type') ? [assertion(line)] : []),
      ];
    }
    case 'nullable_type': {
      const [of] = namedIn(node);
      if (of === undefined || !text.includes('!')) throw new NotUnderstood(node);
      return [...layOut(of), assertion(line)];
    }
    default:
      return [{ is: 'primary', expr: readPrimary(node) }];
  }
}

const assertion = (line: number): Token => ({ is: 'postfix', apply: (of) => ({ kind: 'assert', of, line }) });

/** Bicep's own, from the weakest: https://learn.microsoft.com/azure/azure-resource-manager/bicep/operators */
const BINDS: Readonly<Record<string, number>> = {
  '??': 2,
  '||': 3,
  '&&': 4,
  ...{ '==': 5, '!=': 5, '=~': 5, '!~': 5 },
  ...{ '<': 6, '<=': 6, '>': 6, '>=': 6 },
  ...{ '+': 7, '-': 7 },
  ...{ '*': 8, '/': 8, '%': 8 },
};
const TERNARY = 1;
const PREFIX = 9;

function parseFrom(tokens: Tokens, weakest: number): Expr {
  let left = parseOperand(tokens);
  for (;;) {
    const token = tokens.peek();
    if (token?.is === 'operator') {
      const binds = BINDS[token.operator];
      if (binds === undefined) throw new Error(`Line ${token.line}: the operator ${token.operator} is unknown.`);
      if (binds < weakest) return left;
      tokens.next();
      const right = parseFrom(tokens, binds + 1);
      left = { kind: 'binary', operator: token.operator, left, right, line: token.line };
    } else if (token?.is === 'question' && TERNARY >= weakest) {
      tokens.next();
      const then = parseFrom(tokens, TERNARY);
      if (tokens.next().is !== 'colon') throw new Error(`Line ${token.line}: a colon is missing.`);
      left = { kind: 'ternary', condition: left, then, otherwise: parseFrom(tokens, TERNARY), line: token.line };
    } else return left;
  }
}

function parseOperand(tokens: Tokens): Expr {
  const token = tokens.next();
  if (token.is === 'lambda') {
    return { kind: 'lambda', params: token.params, body: parseFrom(tokens, 0), line: token.line };
  }
  if (token.is === 'prefix') {
    return { kind: 'unary', operator: token.operator, of: parseFrom(tokens, PREFIX), line: token.line };
  }
  if (token.is !== 'primary') throw new Error(`An operand is missing before ${token.is}.`);
  let expr = token.expr;
  for (let next = tokens.peek(); next?.is === 'postfix'; next = tokens.peek()) {
    tokens.next();
    expr = next.apply(expr);
  }
  return expr;
}

function readPrimary(node: Node): Expr {
  const line = lineOf(node);
  switch (node.type) {
    case 'string':
      return readString(node);
    case 'number':
      return { kind: 'number', value: Number(node.text), line };
    case 'boolean':
      return { kind: 'bool', value: node.text === 'true', line };
    case 'null':
      return { kind: 'null', line };
    case 'identifier':
      return { kind: 'name', name: node.text, line };
    case 'parenthesized_expression': {
      const [inner, ...more] = namedIn(node);
      if (inner === undefined || more.length > 0) throw new NotUnderstood(node);
      return readExpression(inner);
    }
    case 'array':
      return { kind: 'array', items: itemsOf(node).map(readExpression), line };
    case 'object':
      return readObject(node);
    case 'for_statement':
      return readFor(node);
    case 'if_statement':
      return readIf(node);
    default:
      throw new NotUnderstood(node);
  }
}

/** The grammar takes `[f(x)]` for two items, f and (x). Bicep does not, and what is meant cannot be told from its tree. */
function itemsOf(node: Node): readonly Node[] {
  const items = namedIn(node);
  const torn = items.find((item, i) => i > 0 && items[i - 1]?.endIndex === item.startIndex);
  if (torn !== undefined) throw new NotUnderstood(torn);
  return items;
}

export function readObject(node: Node): Of<'object'> {
  return { kind: 'object', properties: namedIn(node).map(readProperty), line: lineOf(node) };
}

function readProperty(node: Node): Property {
  const [key, value] = namedIn(node);
  if (node.type !== 'object_property' || key === undefined || value === undefined) throw new NotUnderstood(node);
  const line = lineOf(node);
  return {
    key: key.type === 'string' ? readString(key) : { kind: 'string', parts: [key.text], line },
    value: readExpression(value),
    line,
  };
}

function readFor(node: Node): Of<'for'> {
  const [head, over, body] = namedIn(node);
  if (head === undefined || over === undefined || body === undefined) throw new NotUnderstood(node);
  const [item, index] = head.type === 'for_loop_parameters' ? namedIn(head) : [head];
  if (item === undefined) throw new NotUnderstood(node);
  return {
    kind: 'for',
    item: item.text,
    index: index?.text ?? null,
    over: readExpression(over),
    body: body.type === 'if_statement' ? readIf(body) : readExpression(body),
    line: lineOf(node),
  };
}

export function readIf(node: Node): Of<'if'> {
  const [condition, body] = namedIn(node);
  if (condition === undefined || body === undefined) throw new NotUnderstood(node);
  return { kind: 'if', condition: readExpression(condition), body: readObject(body), line: lineOf(node) };
}

/** By the text between its holes: the grammar leaves out some characters of it. */
function readString(node: Node): Of<'string'> {
  const line = lineOf(node);
  const { text } = node;
  if (text.startsWith("'''")) {
    return { kind: 'string', parts: [text.slice(3, -3).replace(/^\r?\n/, '')], line };
  }
  const parts: (string | Expr)[] = [];
  let from = 1;
  for (const hole of namedIn(node).filter((child) => child.type === 'interpolation')) {
    const at = hole.startIndex - node.startIndex;
    const [inner] = namedIn(hole);
    if (inner === undefined) throw new NotUnderstood(hole);
    parts.push(unescaped(text.slice(from, at)), readExpression(inner));
    from = at + hole.text.length;
  }
  parts.push(unescaped(text.slice(from, -1)));
  return { kind: 'string', parts: parts.filter((part) => part !== ''), line };
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

const unescaped = (text: string): string =>
  text.replace(/\\(?:u\{([0-9a-fA-F]+)\}|(.))/g, (_, code?: string, char?: string) =>
    code === undefined ? (ESCAPES[char ?? ''] ?? char ?? '') : String.fromCodePoint(Number.parseInt(code, 16)),
  );
