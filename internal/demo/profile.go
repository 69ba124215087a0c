package demo

import "usher/internal/firm"

// Profile is what the firm says of itself, in the given languages as far as it
// writes in them. Its name is FirmName.
func Profile(languages []string) firm.Change {
	accent, zone, within := "#0b6b53", "America/Chicago", 24
	change := firm.Change{Accent: &accent, Zone: &zone, ContactWithin: &within, Texts: map[string]*firm.TextsChange{}}
	for _, language := range languages {
		if own, ok := sayings()[language]; ok {
			change.Texts[language] = &firm.TextsChange{Hours: &own.texts.Hours, Promise: &own.texts.Promise, Urgent: &own.texts.Urgent}
		}
	}
	return change
}

// Notices are those that the firm has published in the given languages, in their order.
func Notices(languages []string) []firm.NewNotice {
	var all []firm.NewNotice
	for _, language := range languages {
		if own, ok := sayings()[language]; ok {
			all = append(all, firm.NewNotice{Language: &language, Text: &own.notice})
		}
	}
	return all
}

// saying is what the firm says in one language.
type saying struct {
	texts  firm.Texts
	notice string
}

func sayings() map[string]saying {
	return map[string]saying{
		"en": {
			texts: firm.Texts{
				Hours:   "Monday to Friday, 9:00 to 17:30",
				Promise: "We call or write to you within one working day.",
				Urgent:  "Court date this week, or somebody detained? Call 555-0142.",
			},
			notice: "Sending this form does not make you a client of Ellison & Okoye, and we do not represent you yet. " +
				"That begins only with a written agreement between you and us. " +
				"If you have a date in court or another deadline, do not wait for our answer.",
		},
		"es": {
			texts: firm.Texts{
				Hours:   "De lunes a viernes, de 9:00 a 17:30",
				Promise: "Le llamamos o le escribimos en el plazo de un día hábil.",
				Urgent:  "¿Tiene una audiencia esta semana, o hay alguien detenido? Llame al 555-0142.",
			},
			notice: "Enviar este formulario no le convierte en cliente de Ellison & Okoye, y todavía no le representamos. " +
				"Eso empieza solo con un acuerdo escrito entre usted y nosotros. " +
				"Si tiene una fecha en el tribunal u otro plazo, no espere nuestra respuesta.",
		},
	}
}
