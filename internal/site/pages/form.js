// What JavaScript adds to the form, and nothing that the form needs: the file goes
// up as soon as it is chosen, what was typed outlives a reload, and a lost connection
// ends in a sentence instead of the browser's own page.
(() => {
  'use strict';
  const typedKey = 'usher-form';
  const sentKey = 'usher-sent';
  const texts = ['first_name', 'last_name', 'email'];
  const ticks = ['single_name', 'notice_read'];
  const domains = ['gmail.com', 'yahoo.com', 'hotmail.com', 'outlook.com', 'icloud.com', 'aol.com', 'live.com', 'msn.com',
    'yahoo.com.mx', 'yahoo.com.br', 'hotmail.fr', 'yahoo.fr', 'orange.fr', 'free.fr', 'uol.com.br', 'qq.com', '163.com', 'yahoo.com.vn', 'proton.me', 'protonmail.com'];
  const slow = 10000; // ms after which somebody wonders

  // A frame of another site may not have any storage.
  const stored = (key) => { try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; } };
  const store = (key, value) => {
    try {
      if (value) sessionStorage.setItem(key, JSON.stringify(value));
      else sessionStorage.removeItem(key);
    } catch { /* then it isn't kept */ }
  };

  const make = (tag, props, ...children) => {
    const node = Object.assign(document.createElement(tag), props);
    node.append(...children);
    return node;
  };
  // filled puts what people typed into a sentence, isolated from its direction.
  const filled = (sentence, values) => sentence.split(/(%[a-z])/).map((part) => (part in values ? make('bdi', { textContent: values[part] }) : part));
  const button = (text, onclick) => make('button', { type: 'button', className: 'small', textContent: text, onclick });

  // A firm's page makes its frame as high as the form (embed.js). It learns nothing else.
  const tellHeight = () => {
    const tell = () => parent.postMessage({ usherHeight: Math.ceil(document.body.getBoundingClientRect().height) }, '*');
    new ResizeObserver(tell).observe(document.body);
  };

  const confirmation = () => {
    store(typedKey, null);
    store(sentKey, location.pathname + location.search);
    // The firm's page around a frame is still where the button was.
    if (parent !== window) document.querySelector('h1').scrollIntoView({ block: 'nearest' });
  };

  // start makes the form live. It runs again when an answer has brought a new one.
  const start = () => {
    const form = document.getElementById('form');
    if (!form) return;
    const words = JSON.parse(document.getElementById('words').textContent);
    const input = form.elements.resume;
    const field = document.getElementById('resume-field');
    const label = field.querySelector('label');
    const status = make('p', { className: 'status' });
    status.setAttribute('role', 'status');
    const row = make('div', { className: 'row' });
    const alarm = make('div', {});
    alarm.setAttribute('role', 'alert');
    const drop = field.querySelector('.drop');
    drop.after(row, status);
    form.querySelector('button[type=submit]').before(alarm);
    let request = null; // of the file that is going up
    let sending = false;
    let waiting = false; // to send once the file is up

    const say = (...parts) => {
      status.className = 'status';
      status.replaceChildren(...parts);
    };
    const whisper = (...parts) => { // what can be seen elsewhere
      say(...parts);
      status.className = 'hidden';
    };

    // Whatever is wrong with a field stands beside it, and goes as soon as it is mended.
    const clear = (name) => {
      const control = form.elements[name];
      if (!control || !control.hasAttribute('aria-invalid')) return;
      control.removeAttribute('aria-invalid');
      control.closest('.wrong')?.classList.remove('wrong');
      document.getElementById(`${name}-error`)?.remove();
      const rest = (control.getAttribute('aria-describedby') || '').split(' ').filter((id) => id !== `${name}-error`);
      control.setAttribute('aria-describedby', rest.join(' '));
      document.querySelector(`.summary a[href="#${name}"]`)?.parentElement.remove();
      const summary = document.querySelector('.summary');
      if (summary && !summary.querySelector('li')) {
        summary.remove();
        document.title = form.dataset.title;
      }
    };
    const complain = (message) => {
      clear('resume');
      field.classList.add('wrong');
      input.setAttribute('aria-invalid', 'true');
      input.setAttribute('aria-describedby', 'resume-hint resume-error');
      const error = make('p', { className: 'error', id: 'resume-error' }, make('span', { className: 'hidden', textContent: `${words.error} ` }), message);
      error.setAttribute('role', 'alert');
      input.before(error);
    };

    // What was typed is kept in this tab until it is sent.
    const kept = () => form.querySelector('input[name=kept]');
    const save = () => {
      const typed = { form_token: form.elements.form_token.value };
      for (const name of texts) typed[name] = form.elements[name].value;
      for (const name of ticks) typed[name] = Boolean(form.elements[name]?.checked);
      typed.notice = form.elements.notice?.value;
      if (kept()) typed.kept = { id: kept().value, filename: kept().dataset.file, protected: Boolean(kept().dataset.protected) };
      store(typedKey, typed);
    };
    const restore = () => {
      const typed = stored(typedKey);
      if (!typed) return;
      for (const name of texts) form.elements[name].value ||= typed[name] || '';
      for (const name of ticks) {
        const same = name !== 'notice_read' || typed.notice === form.elements.notice?.value; // a tick is for one text
        if (form.elements[name] && typed[name] && same) form.elements[name].checked = true;
      }
      if (!typed.kept) return;
      form.elements.form_token.value = typed.form_token; // what was kept belongs to it
      keep(typed.kept);
    };

    // keep shows a file that is on the server.
    const keep = (file) => {
      forget();
      const hidden = make('input', { type: 'hidden', name: 'kept', value: file.id });
      hidden.dataset.file = file.filename;
      if (file.protected) hidden.dataset.protected = true;
      input.value = ''; // it need not be sent twice
      label.textContent = words.other;
      label.before(hidden);
      tellKept();
      clear('resume');
    };
    // tellKept names the file that is kept, if one is, also when another could not take its place.
    const tellKept = () => {
      row.replaceChildren();
      const { file, protected: locked } = kept()?.dataset || {};
      if (!file) return;
      label.before(row);
      row.append(make('p', { className: 'kept' }, ...filled(words.uploaded, { '%f': file })), button(words.remove, remove));
      if (locked) row.append(make('p', { className: 'hint', textContent: words.protected }));
    };
    const forget = () => {
      const old = kept();
      old?.remove();
      document.getElementById('kept')?.remove();
      label.textContent = words.resume;
      row.replaceChildren();
      return old?.value;
    };
    const remove = () => {
      const body = new FormData();
      body.append('form_token', form.elements.form_token.value);
      body.append('replaces', forget());
      const goodbye = new XMLHttpRequest(); // when it gets lost the file lapses by itself
      goodbye.open('POST', `/uploads${new URL(form.action).search}`);
      goodbye.send(body);
      say(words.removed);
      save();
      input.focus();
    };

    // unfit says at once what the server would say later.
    const unfit = (file) => {
      const dot = file.name.lastIndexOf('.');
      const accepted = input.accept.split(',').filter((kind) => kind.startsWith('.'));
      if (file.size === 0) return words.empty;
      if (file.size > Number(form.dataset.max)) return words.large;
      if (dot > 0 && !accepted.includes(file.name.slice(dot).toLowerCase())) return words.type;
      return '';
    };

    const choose = () => {
      request?.abort();
      tellKept();
      clear('resume');
      say();
      const file = input.files[0];
      const wrong = file && unfit(file);
      if (file && !wrong) {
        upload(file);
        return;
      }
      waiting = false;
      input.value = '';
      if (wrong) complain(wrong);
    };

    const upload = (file) => {
      const bar = make('progress', { max: 100, value: 0 });
      const percent = make('p', { className: 'kept' });
      const show = (value) => {
        bar.value = value;
        percent.replaceChildren(...filled(words.uploading, { '%f': file.name, '%p': `${Math.round(value)} %` }));
      };
      const body = new FormData();
      body.append('form_token', form.elements.form_token.value);
      if (kept()) body.append('replaces', kept().value);
      body.append('resume', file);
      const xhr = new XMLHttpRequest();
      request = xhr;
      const patience = setTimeout(() => say(words.still), slow);
      const over = () => {
        clearTimeout(patience);
        if (request === xhr) request = null;
      };
      xhr.upload.onprogress = (event) => show((100 * event.loaded) / (event.total || file.size));
      xhr.onload = () => {
        over();
        if (xhr.status === 201 && xhr.response) {
          keep(xhr.response);
          whisper(...filled(words.uploaded, { '%f': file.name }));
          save();
        } else if (['lapsed_form', 'no_room'].includes(xhr.response?.code)) { // it goes with the form
          tellKept();
          say();
        } else {
          failed(xhr.response?.message, xhr.status === 429 || xhr.status >= 500 || !xhr.response);
        }
        proceed();
      };
      const failed = (message, again) => {
        tellKept();
        if (again) row.append(button(words.retry, () => upload(file)));
        else input.value = '';
        say();
        complain(message || words.failed);
      };
      xhr.onerror = () => {
        over();
        failed('', true);
        if (waiting) broken();
      };
      xhr.onabort = over;
      show(0);
      bar.setAttribute('aria-label', file.name);
      drop.after(row);
      row.replaceChildren(percent, bar, button(words.cancel, () => {
        xhr.abort();
        waiting = false;
        input.value = '';
        tellKept();
        say(words.cancelled);
        input.focus();
      }));
      xhr.open('POST', `/uploads${new URL(form.action).search}`);
      xhr.responseType = 'json';
      xhr.send(body);
    };

    // The form goes by a request of the script's, so that a broken connection is told
    // here; the answer takes the place of the page.
    const proceed = () => {
      if (!waiting) return;
      waiting = false;
      if (input.hasAttribute('aria-invalid')) input.focus();
      else if ('plain' in form.dataset) form.submit();
      else send();
    };
    const broken = () => {
      waiting = false;
      say();
      const text = make('p', { textContent: navigator.onLine ? words.broke : words.offline });
      alarm.replaceChildren(make('div', { className: 'summary' }, text));
    };
    const send = () => {
      sending = true;
      alarm.replaceChildren();
      say(words.sending);
      const xhr = new XMLHttpRequest();
      const patience = setTimeout(() => say(words.still), slow);
      xhr.onloadend = () => {
        clearTimeout(patience);
        sending = false;
      };
      xhr.onerror = broken;
      xhr.onload = () => {
        const page = xhr.response;
        if (xhr.status === 200) {
          form.reset(); // Back finds nothing to send again
          forget();
          location.assign(xhr.responseURL);
        }
        else if (page?.querySelector('#form')) replace(page);
        else broken();
      };
      xhr.open('POST', form.action);
      xhr.responseType = 'document';
      xhr.send(new FormData(form));
    };
    const replace = (page) => {
      document.title = page.title;
      page.querySelector('.summary')?.removeAttribute('autofocus'); // it is focused below
      document.querySelector('main').replaceWith(document.adoptNode(page.querySelector('main')));
      start();
      document.querySelector('.summary')?.focus();
    };

    form.addEventListener('submit', (event) => {
      if (sending || waiting) event.preventDefault();
      else if (request) {
        event.preventDefault();
        waiting = true;
        say(words.wait);
      } else if ('plain' in form.dataset) {
        store(typedKey, null); // what comes next is a page of the firm's
      } else {
        event.preventDefault();
        send();
      }
    });

    // A likely slip in the address is asked about, once the field is left.
    const email = form.elements.email;
    const hint = make('p', { className: 'status' });
    hint.setAttribute('role', 'status');
    email.after(hint);
    let suggested = '';
    email.addEventListener('blur', () => {
      const [, local, domain] = /^(.+)@([^@]+)$/.exec(email.value.trim()) || [];
      const meant = domain && suggestion(domain.toLowerCase());
      const whole = meant ? `${local}@${meant}` : '';
      if (whole === suggested && hint.hasChildNodes()) return; // the focus may be on its way to the button
      suggested = whole;
      hint.replaceChildren();
      if (!whole) return;
      hint.append(...filled(words.suggestion, { '%e': whole }), ' ', button(words.use, () => {
        email.value = whole;
        suggested = '';
        hint.replaceChildren();
        save();
        email.focus();
      }));
    });

    form.addEventListener('input', ({ target }) => {
      if (target === email) hint.replaceChildren();
      if (target.type === 'text' && target.value.trim()) clear(target.name);
      if (target.type === 'email' && /.@.+\../.test(target.value)) clear('email');
      if (target.name === 'single_name') clear('last_name');
      if (target.name === 'notice_read') clear('notice_read');
      save();
    });
    input.addEventListener('change', choose);

    field.classList.add('zone');
    field.addEventListener('dragover', (event) => {
      event.preventDefault();
      field.classList.add('over');
    });
    field.addEventListener('dragleave', () => field.classList.remove('over'));
    field.addEventListener('drop', (event) => {
      event.preventDefault();
      field.classList.remove('over');
      if (!event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      choose();
    });

    addEventListener('online', () => {
      const text = alarm.querySelector('p');
      if (text) text.textContent = words.online;
    });
    // A page that Back brings from memory is as it was when it was left.
    addEventListener('pageshow', (event) => {
      if (!event.persisted) return;
      sending = false;
      say();
      sentBefore();
    });
    const sentBefore = () => {
      const panel = document.getElementById('sent');
      const address = stored(sentKey);
      if (!panel || !address || !/^\/received\/[\w-]+(\?[\w=&-]*)?$/.test(address)) return;
      panel.querySelector('a').href = address;
      panel.hidden = false;
    };

    const server = kept();
    if (server) keep({ id: server.value, filename: server.dataset.file });
    if ('fresh' in form.dataset) {
      sentBefore();
      restore();
    } else save();
  };

  // suggestion is the well-known domain that differs by a slip or two, if one does.
  const suggestion = (domain) => {
    if (domains.includes(domain)) return '';
    return domains.find((known) => known[0] === domain[0] && distance(known, domain) <= (known.length > 8 ? 2 : 1)) || '';
  };
  // distance counts the letters to add, drop, change or swap (Damerau 1964, adjacent swaps only).
  const distance = (a, b) => {
    const d = Array.from({ length: a.length + 1 }, (_, i) => [i]);
    for (let j = 0; j <= b.length; j++) d[0][j] = j;
    for (let i = 1; i <= a.length; i++) {
      for (let j = 1; j <= b.length; j++) {
        d[i][j] = Math.min(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
    return d[a.length][b.length];
  };

  if (parent !== window) tellHeight();
  if (location.pathname.startsWith('/received/')) confirmation();
  else start();
})();
