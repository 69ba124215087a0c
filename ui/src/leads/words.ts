import { counted } from '../words/counted';
import { inLanguages } from '../words/words';

const some = counted('en');
const unos = counted('es');

export const removeTexts = inLanguages({
  en: {
    button: 'Delete for good',
    title: (name: string) => `Delete ${name} for good?`,
    explain:
      'The resume and all personal data are erased, here and in the outbox. Nobody can undo it. That the lead was there stays on record.',
    type: (reference: string) => `Type the reference ${reference}`,
    mismatch: (reference: string) => `Type ${reference} to delete this lead.`,
    confirm: 'Delete for good',
    pending: 'Deleting',
    done: (reference: string) => `${reference} is deleted.`,
  },
  es: {
    button: 'Eliminar para siempre',
    title: (name) => `¿Eliminar a ${name} para siempre?`,
    explain:
      'Se borran el currículum y todos los datos personales, aquí y en la bandeja de salida. Nadie puede deshacerlo. Queda constancia de que existió.',
    type: (reference) => `Escriba la referencia ${reference}`,
    mismatch: (reference) => `Escriba ${reference} para eliminar este contacto.`,
    confirm: 'Eliminar para siempre',
    pending: 'Eliminando',
    done: (reference) => `${reference} se ha eliminado.`,
  },
});

export const bulkTexts = inLanguages({
  en: {
    picked: (count: number) => `${count.toLocaleString('en')} selected`,
    loading: (loaded: number, total: number) => `Selecting ${loaded.toLocaleString('en')} of ${total.toLocaleString('en')}`,
    all: (count: number) => `Select all ${count.toLocaleString('en')} that match`,
    clear: 'Clear',
    ask: (count: number) => `Mark ${some(count, 'lead', 'leads')} as reached out?`,
    explain: 'One undo takes all of them back, for ten minutes.',
    yes: (count: number) => `Mark ${count.toLocaleString('en')}`,
  },
  es: {
    picked: (count) => unos(count, 'seleccionado', 'seleccionados'),
    loading: (loaded, total) => `Seleccionando ${loaded.toLocaleString('es')} de ${total.toLocaleString('es')}`,
    all: (count) => `Seleccionar los ${count.toLocaleString('es')} que coinciden`,
    clear: 'Deseleccionar',
    ask: (count) => `¿Marcar ${unos(count, 'contacto', 'contactos')} como hecho?`,
    explain: 'Con deshacer vuelven todos a la vez, durante diez minutos.',
    yes: (count) => `Marcar ${count.toLocaleString('es')}`,
  },
});

export const assignTexts = inLanguages({
  en: {
    one: (name: string) => `Who takes care of ${name}?`,
    many: (count: number) => `Who takes care of ${some(count, 'lead', 'leads')}?`,
    me: 'Me',
    find: 'Find a colleague',
    nobodyFound: 'No colleague is called that.',
  },
  es: {
    one: (name) => `¿Quién se ocupa de ${name}?`,
    many: (count) => `¿Quién se ocupa de ${unos(count, 'contacto', 'contactos')}?`,
    me: 'Yo',
    find: 'Buscar en el equipo',
    nobodyFound: 'Nadie del equipo se llama así.',
  },
});
