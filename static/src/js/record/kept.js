// Whether a film waits in this browser for a job: only then is the recorder loaded without being asked for.
const key = (job) => `kollega.film.${job}`;

function guarded(deed) {
  try {
    return deed();
  } catch {
    return false; // storage is off
  }
}

export const has = (job) => guarded(() => localStorage.getItem(key(job)) !== null);
export const note = (job) => guarded(() => localStorage.setItem(key(job), "1"));
export const forget = (job) => guarded(() => localStorage.removeItem(key(job)));
