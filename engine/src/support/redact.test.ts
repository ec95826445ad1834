import { expect, test } from 'vitest';
import { redact } from './index.ts';

const cases: { name: string; text: string; secrets?: string[]; want: string }[] = [
  { name: 'plain text stays', text: 'fetch index: 404 Not Found', want: 'fetch index: 404 Not Found' },
  {
    name: 'user info goes',
    text: 'fetch https://joe:hunter2@example.com/index.yaml: 401',
    want: 'fetch https://example.com/index.yaml: 401',
  },
  {
    name: 'user info with an @ in it goes',
    text: 'fetch https://joe:hunt@er2@example.com/a: 401',
    want: 'fetch https://example.com/a: 401',
  },
  {
    name: 'query goes',
    text: 'GET https://example.com/a?X-Amz-Signature=abc&b=c failed',
    want: 'GET https://example.com/a?••• failed',
  },
  {
    name: 'what stands behind a query stays',
    text: 'fetch index https://example.com/a?key=a:b: 401 (see https://example.com/b?c), else',
    want: 'fetch index https://example.com/a?•••: 401 (see https://example.com/b?•••), else',
  },
  { name: 'authorization header goes', text: 'authorization: Bearer abcdef.ghi', want: 'authorization: Bearer •••' },
  { name: 'known secrets go', text: 'password is s3cr3t', secrets: ['s3cr3t', ''], want: 'password is •••' },
];
test.for(cases)('$name', ({ text, secrets, want }) => {
  expect(redact(text, secrets)).toBe(want);
});
