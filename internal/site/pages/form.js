// What JavaScript adds to the form, and nothing that the form needs: the file goes
// up as soon as it is chosen, what was typed outlives a reload, and a lost connection
// ends in a sentence instead of the browser's own page.
(() => {
  'use strict';
  const typedKey = 'usher-form';
  const sentKey = 'usher-sent';
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
  // region is where something will be said aloud: as a status, or as an alert.
  const region = (tag, role) => {
    const node = make(tag, { className: 'status' });
    node.setAttribute('role', role);
    return node;
  };
  // filled puts what people typed into a sentence, isolated from its direction.
  const filled = (sentence, values) => sentence.split(/(%[a-z])/).map((part) => (part in values ? make('bdi', { textContent: values[part] }) : part));
  const button = (text, onclick) => make('button', { type: 'button', className: 'small', textContent: text, onclick });

  // post sends a body and calls slowly when that takes long, and then one of the others.
  const post = (address, body, responseType, { slowly, answered, lost, sent }) => {
    const xhr = new XMLHttpRequest();
    const patience = setTimeout(slowly, slow);
    xhr.onloadend = () => clearTimeout(patience);
    xhr.onload = () => answered(xhr);
    xhr.onerror = lost;
    if (sent) xhr.upload.onprogress = ({ loaded, total }) => sent(total ? (100 * loaded) / total : 0);
    xhr.open('POST', address);
    xhr.responseType = responseType;
    xhr.send(body);
    return xhr;
  };

  // mistakes are the sentences beside the fields. One goes as soon as it is mended, and
  // with the last of them the summary.
  const mistakesOf = (form, words) => {
    const clear = (name) => {
      const control = form.elements[name];
      if (!control?.hasAttribute('aria-invalid')) return;
      control.removeAttribute('aria-invalid');
      control.closest('.wrong')?.classList.remove('wrong');
      document.getElementById(`${name}-error`)?.remove();
      const rest = (control.getAttribute('aria-describedby') || '').split(' ').filter((id) => id !== `${name}-error`);
      control.setAttribute('aria-describedby', rest.join(' '));
      document.querySelector(`.summary a[href="#${name}"]`)?.parentElement.remove();
      const summary = document.querySelector('.summary');
      if (!summary || summary.querySelector('li')) return;
      summary.remove();
      document.title = form.dataset.title;
    };
    const tell = (control, message) => {
      clear(control.name);
      control.closest('.field').classList.add('wrong');
      control.setAttribute('aria-invalid', 'true');
      control.setAttribute('aria-describedby', `${control.name}-hint ${control.name}-error`);
      const error = region('p', 'alert');
      error.className = 'error';
      error.id = `${control.name}-error`;
      error.append(make('span', { className: 'hidden', textContent: `${words.error} ` }), message);
      control.before(error);
    };
    form.addEventListener('input', ({ target }) => {
      if (target.type === 'text' && target.value.trim()) clear(target.name);
      if (target.type === 'email' && /.@.+\../.test(target.value)) clear('email');
      if (target.name === 'single_name') clear('last_name');
      if (target.name === 'notice_read') clear('notice_read');
    });
    return { clear, tell };
  };

  // fileOf is the field of the file: what is chosen goes up at once, and what is up is
  // named and need not be sent again. Its events are changed (another file is kept, or
  // none), settled (nothing is going up any more), dropped (nothing will) and lost (the
  // connection).
  const fileOf = (form, words, mistakes, events) => {
    const input = form.elements.resume;
    const field = document.getElementById('resume-field');
    const label = field.querySelector('label');
    const below = field.querySelector('.drop');
    const row = make('div', { className: 'row' });
    const status = region('p', 'status');
    const uploads = `/uploads${new URL(form.action).search}`;
    let request = null; // of the file that is going up
    below.after(row, status);

    const say = (...parts) => {
      status.className = 'status';
      status.replaceChildren(...parts);
    };
    const kept = () => form.querySelector('input[name=kept]');
    const bodyWith = (fields) => {
      const body = new FormData();
      body.append('form_token', form.elements.form_token.value);
      for (const [name, value] of Object.entries(fields)) if (value) body.append(name, value);
      return body;
    };

    // show names the file that is kept, if one is, also when another could not take its place.
    const show = (sentence = words.kept) => {
      row.replaceChildren();
      const { file, protected: locked } = kept()?.dataset || {};
      if (!file) return;
      label.before(row);
      row.append(make('p', { className: 'kept' }, ...filled(sentence, { '%f': file })), button(words.remove, remove));
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
    const keep = (file, sentence) => {
      forget();
      const hidden = make('input', { type: 'hidden', name: 'kept', value: file.id });
      hidden.dataset.file = file.filename;
      if (file.protected) hidden.dataset.protected = true;
      input.value = ''; // it need not be sent twice
      label.textContent = words.other;
      label.before(hidden);
      show(sentence);
      mistakes.clear('resume');
    };
    const remove = () => {
      const body = bodyWith({ replaces: forget() });
      const nothing = () => {}; // when it gets lost the file lapses by itself
      post(uploads, body, 'json', { slowly: nothing, answered: nothing, lost: nothing });
      say(words.removed);
      events.changed();
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
      request = null;
      show();
      mistakes.clear('resume');
      say();
      const file = input.files[0];
      const wrong = file && unfit(file);
      if (file && !wrong) {
        upload(file);
        return;
      }
      input.value = '';
      if (wrong) mistakes.tell(input, wrong);
      events.dropped();
    };

    const failed = (file, message, again) => {
      show();
      if (again) row.append(button(words.retry, () => upload(file)));
      else input.value = '';
      say();
      mistakes.tell(input, message || words.failed);
    };
    const answered = (file, { status: code, response }) => {
      request = null;
      if (code === 201 && response) {
        keep(response, words.uploaded);
        say(...filled(words.uploaded, { '%f': file.name }));
        status.className = 'hidden'; // it can be seen above
        events.changed();
      } else if (['lapsed_form', 'no_room'].includes(response?.code)) { // it goes with the form
        show();
        say();
      } else failed(file, response?.message, code === 429 || code >= 500 || !response);
      events.settled();
    };
    const upload = (file) => {
      const bar = make('progress', { max: 100, value: 0 });
      bar.setAttribute('aria-label', file.name);
      const percent = make('p', { className: 'kept' });
      const sent = (value) => {
        bar.value = value;
        percent.replaceChildren(...filled(words.uploading, { '%f': file.name, '%p': `${Math.round(value)} %` }));
      };
      const cancel = () => {
        request.abort();
        request = null;
        input.value = '';
        show();
        say(words.cancelled);
        input.focus();
        events.dropped();
      };
      sent(0);
      below.after(row);
      row.replaceChildren(percent, bar, button(words.cancel, cancel));
      request = post(uploads, bodyWith({ replaces: kept()?.value, resume: file }), 'json', {
        slowly: () => say(words.still),
        answered: (xhr) => answered(file, xhr),
        lost: () => {
          request = null;
          failed(file, '', true);
          events.lost();
        },
        sent,
      });
    };

    input.addEventListener('change', choose);
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
    field.classList.add('zone');
    if (kept()) keep({ id: kept().value, filename: kept().dataset.file });
    return { input, say, kept, keep, forget, busy: () => request !== null };
  };

  // memoryOf keeps in this tab what was typed, until it is sent.
  const memoryOf = (form, file) => {
    const texts = ['first_name', 'last_name', 'email'];
    const ticks = ['single_name', 'notice_read'];
    const save = () => {
      const typed = { form_token: form.elements.form_token.value, notice: form.elements.notice?.value };
      for (const name of texts) typed[name] = form.elements[name].value;
      for (const name of ticks) typed[name] = Boolean(form.elements[name]?.checked);
      const kept = file.kept();
      if (kept) typed.kept = { id: kept.value, filename: kept.dataset.file, protected: Boolean(kept.dataset.protected) };
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
      file.keep(typed.kept);
    };
    form.addEventListener('input', save);
    return { save, restore };
  };

  // senderOf sends the form by a request of the script's, so that a broken connection is
  // told here. The answer takes the place of the page, which therefore has no history of
  // its own that Back would have to send again.
  const senderOf = (form, words, file) => {
    const alarm = region('div', 'alert');
    form.querySelector('button[type=submit]').before(alarm);
    let sending = false;
    let waiting = false; // until the file is up

    const lost = () => {
      sending = waiting = false;
      file.say();
      const text = make('p', { textContent: navigator.onLine ? words.broke : words.offline });
      alarm.replaceChildren(make('div', { className: 'summary' }, text));
    };
    const answered = ({ status, response: page, responseURL }) => {
      sending = false;
      if (status === 200) {
        form.reset(); // Back finds nothing to send again
        file.forget();
        location.assign(responseURL);
      } else if (page?.querySelector('#form')) replace(page);
      else lost();
    };
    const send = () => {
      sending = true;
      alarm.replaceChildren();
      file.say(words.sending);
      post(form.action, new FormData(form), 'document', { slowly: () => file.say(words.still), answered, lost });
    };
    form.addEventListener('submit', (event) => {
      if (sending || waiting) event.preventDefault();
      else if (file.busy()) {
        event.preventDefault();
        waiting = true;
        file.say(words.wait);
      } else if ('plain' in form.dataset) {
        store(typedKey, null); // what comes next is a page of the firm's
      } else {
        event.preventDefault();
        send();
      }
    });
    return {
      settled: () => {
        if (!waiting) return;
        waiting = false;
        if (file.input.hasAttribute('aria-invalid')) file.input.focus();
        else if ('plain' in form.dataset) form.submit();
        else send();
      },
      lost: () => waiting && lost(),
      stop: () => { waiting = false; },
      // revive is for a page that Back brings from memory as it was when it was left.
      revive: () => {
        sending = false;
        file.say();
      },
      online: () => {
        const text = alarm.querySelector('p');
        if (text) text.textContent = words.online;
      },
    };
  };
  const replace = (page) => {
    document.title = page.title;
    page.querySelector('.summary')?.removeAttribute('autofocus'); // it is focused below
    document.querySelector('main').replaceWith(document.adoptNode(page.querySelector('main')));
    start();
    document.querySelector('.summary')?.focus();
  };

  // suggestAddress asks about a likely slip in the e-mail address, once the field is left.
  const suggestAddress = (email, words, taken) => {
    const hint = region('p', 'status');
    email.after(hint);
    let suggested = '';
    email.addEventListener('input', () => hint.replaceChildren());
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
        taken();
        email.focus();
      }));
    });
  };
  const domains = ['gmail.com', 'yahoo.com', 'hotmail.com', 'outlook.com', 'icloud.com', 'aol.com', 'live.com', 'msn.com',
    'yahoo.com.mx', 'yahoo.com.br', 'hotmail.fr', 'yahoo.fr', 'orange.fr', 'free.fr', 'uol.com.br', 'qq.com', '163.com', 'yahoo.com.vn', 'proton.me', 'protonmail.com'];
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

  // countStart tells the server that this form is used, once, and nothing of who uses
  // it. A form that could not tell is counted when it is sent.
  const countStart = (form) => {
    const uses = ['input', 'drop'];
    const begin = () => {
      for (const use of uses) form.removeEventListener(use, begin);
      const nothing = () => {};
      const answered = ({ status }) => {
        if (status === 204) form.prepend(make('input', { type: 'hidden', name: 'started', value: 'true' }));
      };
      const body = new URLSearchParams({ form_token: form.elements.form_token.value });
      post(`/starts${new URL(form.action).search}`, body, '', { slowly: nothing, answered, lost: nothing });
    };
    if (!form.elements.started) for (const use of uses) form.addEventListener(use, begin);
  };

  // sentBefore says that this tab has sent the form already, and where its reference is.
  const sentBefore = () => {
    const panel = document.getElementById('sent');
    const address = stored(sentKey);
    if (!panel || !address || !/^\/received\/[\w-]+(\?[\w=&-]*)?$/.test(address)) return;
    panel.querySelector('a').href = address;
    panel.hidden = false;
  };

  // start makes the form live. It runs again when an answer has brought a new one.
  let sender = null;
  const start = () => {
    const form = document.getElementById('form');
    if (!form) return;
    const words = JSON.parse(document.getElementById('words').textContent);
    const mistakes = mistakesOf(form, words);
    const file = fileOf(form, words, mistakes, {
      changed: () => memory.save(),
      settled: () => sender.settled(),
      dropped: () => sender.stop(),
      lost: () => sender.lost(),
    });
    const memory = memoryOf(form, file);
    sender = senderOf(form, words, file);
    countStart(form);
    suggestAddress(form.elements.email, words, () => {
      mistakes.clear('email');
      memory.save();
    });
    if ('fresh' in form.dataset) {
      sentBefore();
      memory.restore();
    } else memory.save();
  };

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

  if (parent !== window) tellHeight();
  if (location.pathname.startsWith('/received/')) confirmation();
  else start();
  addEventListener('online', () => sender?.online());
  addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    sender?.revive();
    sentBefore();
  });
})();
