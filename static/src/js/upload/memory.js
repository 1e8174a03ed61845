// Remembers an unfinished upload on this machine, so that the same file goes on where it stopped.
const PREFIX = "kollega.upload.";

const key = (job, file) => `${PREFIX}${job}.${file.name}.${file.size}.${file.lastModified}`;

function guarded(deed) {
  try {
    return deed();
  } catch {
    return undefined; // storage is off or full: then an upload starts anew
  }
}

export const recall = (job, file) => guarded(() => JSON.parse(localStorage.getItem(key(job, file))));
export const forget = (job, file) => guarded(() => localStorage.removeItem(key(job, file)));
export const remember = (job, file, id) =>
  guarded(() => localStorage.setItem(key(job, file), JSON.stringify({ id, name: file.name, at: Date.now() })));

// unfinished answers the name of the newest upload of this job that was not finished, from the last week.
export function unfinished(job) {
  return guarded(() => {
    let newest;
    for (const name of Object.keys(localStorage)) {
      if (!name.startsWith(PREFIX)) continue;
      const entry = JSON.parse(localStorage.getItem(name));
      if (Date.now() - entry.at > 7 * 24 * 3600e3) localStorage.removeItem(name);
      else if (name.startsWith(`${PREFIX}${job}.`) && entry.at > (newest?.at ?? 0)) newest = entry;
    }
    return newest?.name;
  });
}
