import { inLanguages } from '../words/words';

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
