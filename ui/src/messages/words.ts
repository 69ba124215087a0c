import { counted } from '../words/counted';
import { inLanguages } from '../words/words';

const some = counted('en');
const unos = counted('es');

export const outboxTexts = inLanguages({
  en: {
    title: 'Outbox',
    standing: 'How mail stands',
    filter: 'State',
    all: 'All',
    none: 'No message yet. Each lead makes one to the prospect and one to the firm.',
    noneOf: (state: string) => `No message is in this state: ${state}.`,
    more: 'Earlier',
    captured:
      'There is no mail server: messages are kept here and not sent. Set USHER_SMTP_URL and USHER_MAIL_FROM, and restart.',
    deadOnes: (count: number) =>
      `${some(count, 'message was', 'messages were')} given up. They are listed under Given up, with the reason.`,
    well: (waiting: number) =>
      waiting === 0 ? 'All is sent.' : `${some(waiting, 'message waits', 'messages wait')} to be sent.`,
    test: 'Send me a test mail',
    testing: 'Sending',
    tested: (recipient: string) => `The mail server took it. Look in the mailbox of ${recipient}.`,
    testFailed: 'It did not go out.',
    noServer: (recipient: string) => `Nothing was sent to ${recipient}, because there is no mail server.`,
    state: {
      queued: 'Queued',
      retrying: 'Trying again',
      sent: 'Sent',
      dead: 'Given up',
      captured: 'Kept, not sent',
      suppressed: 'Held back',
    },
    kind: {
      confirmation: 'To the prospect',
      notification: 'To the firm',
      invitation: 'Invitation',
      password_reset: 'Link to a new password',
      password_changed: 'Word of a new password',
      api_key_added: 'Word of a new API key',
    },
    made: 'Made',
    tries: (count: number) => some(count, 'try', 'tries'),
    next: 'next try',
    toLead: 'Open the lead',
    retryOf: (recipient: string) => `Try again: ${recipient}`,
    retried: (recipient: string) => `The message to ${recipient} is tried again now.`,
    notRetried: 'Not tried again.',
    whyNot: 'It was sent or held back meanwhile.',
  },
  es: {
    title: 'Bandeja de salida',
    standing: 'Cómo va el correo',
    filter: 'Estado',
    all: 'Todos',
    none: 'Todavía no hay mensajes. Cada contacto crea uno para la persona y otro para el despacho.',
    noneOf: (state) => `Ningún mensaje está en este estado: ${state}.`,
    more: 'Anteriores',
    captured:
      'No hay servidor de correo: los mensajes se guardan aquí y no se envían. Defina USHER_SMTP_URL y USHER_MAIL_FROM, y reinicie.',
    deadOnes: (count) =>
      `${unos(count, 'mensaje fue abandonado', 'mensajes fueron abandonados')}. Están en Abandonado, con el motivo.`,
    well: (waiting) =>
      waiting === 0 ? 'Todo está enviado.' : `${unos(waiting, 'mensaje espera', 'mensajes esperan')} a ser enviado.`,
    test: 'Enviarme un correo de prueba',
    testing: 'Enviando',
    tested: (recipient) => `El servidor de correo lo aceptó. Mire el buzón de ${recipient}.`,
    testFailed: 'No salió.',
    noServer: (recipient) => `No se envió nada a ${recipient}, porque no hay servidor de correo.`,
    state: {
      queued: 'En cola',
      retrying: 'Reintentando',
      sent: 'Enviado',
      dead: 'Abandonado',
      captured: 'Guardado, no enviado',
      suppressed: 'Retenido',
    },
    kind: {
      confirmation: 'A la persona',
      notification: 'Al despacho',
      invitation: 'Invitación',
      password_reset: 'Enlace para otra contraseña',
      password_changed: 'Aviso de contraseña nueva',
      api_key_added: 'Aviso de clave de API nueva',
    },
    made: 'Creado',
    tries: (count) => unos(count, 'intento', 'intentos'),
    next: 'próximo intento',
    toLead: 'Abrir el contacto',
    retryOf: (recipient) => `Reintentar: ${recipient}`,
    retried: (recipient) => `El mensaje a ${recipient} se intenta ahora otra vez.`,
    notRetried: 'No se ha reintentado.',
    whyNot: 'Entretanto se envió o se retuvo.',
  },
});
