import type { Buckets, Http } from '../support/index.ts';

/**
 * Buckets over S3, with a client that is loaded when the first one is opened: `s3.ts` is a bundle of its own. All its
 * requests go through `http`.
 */
export function nodeBuckets(http: Http): Buckets {
  return {
    open: async (location) => {
      const { openS3 } = await import('./s3.ts');
      return openS3(location, http);
    },
  };
}
