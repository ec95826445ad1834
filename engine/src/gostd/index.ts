/**
 * What templates can see of Go 1.26's library: the value model, and per package what its functions print and accept.
 * One file for each Go package. It leaves out what no template can reach.
 */
export { byteLength, concat, fromBytes, runeAt, sliceBytes, toBytes } from './bytes.ts';
export { builtCapacity, capacityOf, exactly, grownCapacity, reslice, withCapacity, word } from './capacity.ts';
export { daysInMonth } from './civil.ts';
export * from './duration.ts';
export { CorruptInputError, decodeBase32, decodeBase64, encodeBase32, encodeBase64 } from './encoding.ts';
export { type FloatFormat, formatFloat } from './ftoa.ts';
export { formatValue, sprint, sprintf, sprintln } from './fmt.ts';
export * from './ip.ts';
export { decodeJson, jsonKind, jsonNumberType } from './jsonDecode.ts';
export {
  cycleError,
  encodeJson,
  type EncodeJsonOptions,
  encodeString,
  jsonFields,
  jsonStructText,
} from './jsonEncode.ts';
export { JsonError } from './jsonError.ts';
export { basePath, cleanPath, directoryOf, extensionOf } from './path.ts';
export { deepEqual, isAssignable, isExported, isNilValue, isTrue, kindOf, marshalText, typeOf } from './reflect.ts';
export * from './regexp.ts';
export { compareStrings, sortedKeys, sortStrings } from './sort.ts';
export {
  canBackquote,
  isPrint,
  parseFloat,
  parseInt,
  parseUint,
  quote,
  quoteRune,
  quoteToAscii,
  underscoresFit,
} from './strconv.ts';
export {
  contains,
  hasPrefix,
  hasSuffix,
  replaceAll,
  splitN,
  title,
  toLower,
  toUpper,
  trimCutset,
  trimLeft,
  trimPrefix,
  trimRight,
  trimSpace,
  trimSuffix,
} from './strings.ts';
export * from './time.ts';
export * from './timeLayout.ts';
export * from './timeParse.ts';
export * from './types.ts';
export * from './unicode.ts';
export * from './url.ts';
export * from './value.ts';
export * from './zone.ts';
