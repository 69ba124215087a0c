// soon calls something at once, and then, however often it is asked for, once a second.
export function soon(act: () => void): () => void {
  let waits: ReturnType<typeof setTimeout> | undefined;
  let again = false;
  const run = () => {
    again = false;
    act();
    waits = setTimeout(() => {
      waits = undefined;
      if (again) run();
    }, 1000);
  };
  return () => {
    if (waits === undefined) run();
    else again = true;
  };
}
