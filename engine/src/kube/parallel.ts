const parallelRequests = 8;

/** Maps with a few at a time, keeping the order. */
export async function inParallel<T, R>(items: readonly T[], map: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) {
      const item = items[index];
      if (item !== undefined) {
        results[index] = await map(item);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallelRequests, items.length) }, work));
  return results;
}
