import {
  canBackquote,
  GoSlice,
  quote,
  quoteMeta,
  type Regexp,
  RegexpCache,
  RegexpError,
  sliceOfString,
  type Value,
} from '../gostd/index.ts';
import { type ArgumentFlow, type CallContext, type FuncEntry, GoError } from '../gotemplate/index.ts';
import { controls, dataAt, define, intOf, mustName, textOf } from './define.ts';

/** Expressions kept compiled; more than any chart has. */
const maxCompiled = 500;

/** Functions on regular expressions. They share a cache of compiled ones, which lives as long as the table. */
export function regexFuncs(): readonly FuncEntry[] {
  const cache = new RegexpCache(maxCompiled);
  const compile = (source: Value, prefix = ''): Regexp => {
    try {
      return cache.compile(textOf(source));
    } catch (error) {
      if (error instanceof RegexpError) {
        throw new GoError(prefix + error.message, { cause: error });
      }
      throw error;
    }
  };
  /** Go's MustCompile panics with words of its own. */
  const mustCompile = (source: Value): Regexp => compile(source, `regexp: Compile(${quotedSource(textOf(source))}): `);
  /** NAME, which panics at a wrong expression, and mustNAME, which returns the error. */
  const both = (
    name: string,
    signature: string,
    doc: string,
    call: (regexp: Regexp, args: readonly Value[], context: CallContext) => Value,
    flow: ArgumentFlow,
  ): FuncEntry[] => [
    define(name, signature, doc, (args, context) => call(mustCompile(args[0]), args, context), flow),
    define(mustName(name), `${signature}, error`, doc, (args, context) => call(compile(args[0]), args, context), flow),
  ];

  return [
    define(
      'regexMatch',
      'string, string -> bool',
      'Tells whether the text, the second argument, has a match of the expression; a wrong expression has none.',
      ([source, text]) => {
        try {
          return compile(source).test(textOf(text));
        } catch (error) {
          if (error instanceof GoError) {
            return false;
          }
          throw error;
        }
      },
      controls,
    ),
    define(
      'mustRegexMatch',
      'string, string -> bool, error',
      'As regexMatch; a wrong expression is an error.',
      ([source, text]) => compile(source).test(textOf(text)),
      controls,
    ),
    ...both(
      'regexFindAll',
      'string, string, int -> []string',
      'All matches of the expression in the text, at most as many as the third argument says; -1 for all.',
      (regexp, [, text, limit]) => {
        const matches = regexp.findAll(textOf(text), intOf(limit));
        return new GoSlice(sliceOfString, matches, matches.length === 0);
      },
      dataAt(1),
    ),
    ...both(
      'regexFind',
      'string, string -> string',
      'The first match of the expression in the text, or nothing.',
      (regexp, [, text]) => regexp.find(textOf(text)) ?? '',
      dataAt(1),
    ),
    ...both(
      'regexReplaceAll',
      'string, string, string -> string',
      'The text with every match of the expression replaced; `${1}` stands for the first group.',
      (regexp, [, text, replacement], context) => {
        const replaced = regexp.replaceAll(textOf(text), textOf(replacement));
        context.charge(replaced.length);
        return replaced;
      },
      dataAt(1, 2),
    ),
    ...both(
      'regexReplaceAllLiteral',
      'string, string, string -> string',
      'The text with every match of the expression replaced by the third argument as it stands.',
      (regexp, [, text, replacement], context) => {
        const replaced = regexp.replaceAllLiteral(textOf(text), textOf(replacement));
        context.charge(replaced.length);
        return replaced;
      },
      dataAt(1, 2),
    ),
    ...both(
      'regexSplit',
      'string, string, int -> []string',
      'The parts of the text between matches, at most as many as the third argument says; -1 for all.',
      (regexp, [, text, limit]) => {
        const count = intOf(limit);
        return new GoSlice(sliceOfString, regexp.split(textOf(text), count), count === 0);
      },
      dataAt(1),
    ),
    define('regexQuoteMeta', 'string -> string', 'The expression that matches this text and nothing else.', ([text]) =>
      quoteMeta(textOf(text)),
    ),
  ];
}

/** @see Go 1.26 regexp/regexp.go, quote */
function quotedSource(source: string): string {
  return canBackquote(source) ? `\`${source}\`` : quote(source);
}
