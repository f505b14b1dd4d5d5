// Only the forms there are have an address.
import { error } from '@sveltejs/kit';

const FORMS = ['f1', 'f2'];

export const load = ({ params }: { params: { form: string } }): void => {
  if (!FORMS.includes(params.form)) error(404, 'lost');
};
