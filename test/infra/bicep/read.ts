import { dirname, posix } from 'node:path';
import {
  type Decorator,
  type Expr,
  literalOf,
  type Module,
  type Output,
  type Param,
  type Resource,
  type Scope,
  type Template,
  type Variable,
} from './ast.ts';
import { NotUnderstood, readExpression, readIf, readObject } from './expression.ts';
import { childrenOf, lineOf, type Node, namedIn } from './grammar.ts';

/** A file as declarations. @throws NotUnderstood for what infra/ has no use for, since no check would look at it */
export function readTemplate(path: string, root: Node): Template {
  let [scope, description]: [Scope, string | null] = ['resourceGroup', null];
  const [params, variables, resources]: [Param[], Variable[], Resource[]] = [[], [], []];
  const [modules, outputs]: [Module[], Output[]] = [[], []];
  let decorators: readonly Decorator[] = [];
  for (const node of namedIn(root)) {
    const line = lineOf(node);
    const [first, second, third] = namedIn(node);
    const name = first?.text ?? '';
    switch (node.type) {
      case 'decorators':
        decorators = namedIn(node).map(readDecorator);
        continue;
      case 'target_scope_assignment':
        scope = textOf(first, node) as Scope;
        break;
      case 'metadata_declaration':
        if (name === 'description') description = textOf(second, node);
        break;
      case 'parameter_declaration':
        params.push({
          name,
          type: second?.text ?? '',
          initial: third ? readExpression(third) : null,
          decorators,
          line,
        });
        break;
      case 'variable_declaration':
        variables.push({ name, value: readExpression(given(second, node)), decorators, line });
        break;
      case 'output_declaration':
        outputs.push({ name, type: second?.text ?? '', value: readExpression(given(third, node)), decorators, line });
        break;
      case 'resource_declaration': {
        const [type = '', version = ''] = textOf(second, node).split('@');
        const existing = childrenOf(node).some((child) => child.type === 'existing');
        resources.push({ name, type, version, existing, value: readValue(given(third, node)), decorators, line });
        break;
      }
      case 'module_declaration': {
        const file = posix.join(dirname(path), textOf(second, node));
        modules.push({ name, path: file, value: readValue(given(third, node)), decorators, line });
        break;
      }
      default:
        throw new NotUnderstood(node);
    }
    decorators = [];
  }
  return { path, scope, description, params, variables, resources, modules, outputs };
}

function readValue(node: Node): Expr {
  if (node.type === 'object') return readObject(node);
  return node.type === 'if_statement' ? readIf(node) : readExpression(node);
}

function readDecorator(node: Node): Decorator {
  const call = readExpression(given(namedIn(node)[0], node));
  if (call.kind !== 'call') throw new NotUnderstood(node);
  return { name: call.name, args: call.args };
}

function given(node: Node | undefined, within: Node): Node {
  if (node === undefined) throw new NotUnderstood(within);
  return node;
}

function textOf(node: Node | undefined, within: Node): string {
  const text = literalOf(readExpression(given(node, within)));
  if (text === null) throw new NotUnderstood(within);
  return text;
}
