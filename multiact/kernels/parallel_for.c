/* Runs a kernel on several threads, which exist only during the call: no pool has to be kept,
 * survive a fork or be shut down, and no thread waits for Python's lock.  Chunks are handed out
 * one at a time, because a core may be busy or slow; each has its own totals, so that their sum
 * does not depend on which thread computed which chunk. */
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>

typedef void loop(ptrdiff_t outer, ptrdiff_t channels, ptrdiff_t inner, char *const *data,
                  const ptrdiff_t *strides, const void *const *parameters,
                  const ptrdiff_t *steps, char *const *out, double *totals);

typedef struct {
  loop *run;
  ptrdiff_t next, length, step; /* in elements if `split_inner` is set, else in steps of the outer loop */
  ptrdiff_t split_inner, channels, inner;
  ptrdiff_t size, reads, writes, sums; /* bytes of an element; numbers of arrays and of totals */
  char *const *data;
  const ptrdiff_t *strides;
  const void *const *parameters;
  const ptrdiff_t *steps;
  char *const *out;
  double *parts;
} work;

static void *run_chunks(void *argument) {
  work *w = argument;
  for (;;) {
    const ptrdiff_t begin = __atomic_fetch_add(&w->next, w->step, __ATOMIC_RELAXED);
    if (begin >= w->length) return NULL;
    const ptrdiff_t left = w->length - begin, count = left < w->step ? left : w->step;
    char *data[w->reads + 1], *out[w->writes + 1];
    for (ptrdiff_t k = 0; k < w->reads; k++)
      data[k] = w->data[k] + begin * (w->split_inner ? 1 : w->strides[k]) * w->size;
    for (ptrdiff_t k = 0; k < w->writes; k++)
      out[k] = w->out[k] + begin * (w->split_inner ? 1 : w->strides[w->reads + k]) * w->size;
    double *totals = w->parts + begin / w->step * w->sums;
    if (w->split_inner)
      w->run(1, 1, count, data, w->strides, w->parameters, w->steps, out, totals);
    else
      w->run(count, w->channels, w->inner, data, w->strides, w->parameters, w->steps, out, totals);
  }
}

void parallel_for(ptrdiff_t threads, loop *run, const ptrdiff_t *layout, ptrdiff_t size,
                  ptrdiff_t reads, ptrdiff_t writes, ptrdiff_t sums, char *const *data,
                  const void *const *parameters, char *const *out, double *totals) {
  const ptrdiff_t outer = layout[0], channels = layout[1], inner = layout[2];
  const ptrdiff_t split_inner = layout[5], step = layout[6], *strides = layout + 7;
  const ptrdiff_t *steps = strides + reads + writes, length = split_inner ? inner : outer;
  const ptrdiff_t chunks = (length + step - 1) / step;
  double *parts = calloc(chunks * sums + 1, sizeof *parts);
  if (!parts) {
    run(outer, channels, inner, data, strides, parameters, steps, out, totals);
    return;
  }
  work w = {run, 0, length, step, split_inner, channels, inner, size, reads, writes, sums,
            data, strides, parameters, steps, out, parts};
  pthread_t others[threads];
  ptrdiff_t started = 0;
  while (started < threads - 1 && !pthread_create(&others[started], NULL, run_chunks, &w)) started++;
  run_chunks(&w);
  while (started > 0) pthread_join(others[--started], NULL);
  for (ptrdiff_t i = 0; i < chunks * sums; i++) totals[i % sums] += parts[i];
  free(parts);
}
