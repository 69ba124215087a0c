import { inLanguages } from '../words/words';

export const welcomeTexts = inLanguages({
  en: {
    title: 'Usher is ready',
    explain: (email: string) =>
      `Send yourself a test lead: it takes the road of every lead, and its two messages go to ${email} or wherever the firm’s mail goes. You can delete it afterwards.`,
    button: 'Send yourself a test lead',
    sending: 'Sending',
    form: 'Your form',
    formHint: 'Put its address on your web site, and prospects can write to you.',
    copy: 'Copy the address',
    openForm: 'Open the form',
    qr: 'QR code of the form’s address',
    testFirstName: 'Test',
    testLastName: 'Lead',
    testResume:
      'This is the resume of a test lead.\n\nIt came in by the public form’s route, was stored, and is shown here as text.\n',
  },
  es: {
    title: 'Usher está listo',
    explain: (email) =>
      `Envíese un contacto de prueba: recorre el camino de todos, y sus dos mensajes van a ${email} o a donde vaya el correo del despacho. Después puede eliminarlo.`,
    button: 'Enviarme un contacto de prueba',
    sending: 'Enviando',
    form: 'Su formulario',
    formHint: 'Ponga su dirección en su sitio web, y la gente podrá escribirle.',
    copy: 'Copiar la dirección',
    openForm: 'Abrir el formulario',
    qr: 'Código QR de la dirección del formulario',
    testFirstName: 'Contacto',
    testLastName: 'de prueba',
    testResume:
      'Este es el currículum de un contacto de prueba.\n\nLlegó por el camino del formulario público, se guardó y se muestra aquí como texto.\n',
  },
});
