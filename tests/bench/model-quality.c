/* model-quality.c: what a model of faces is worth, in numbers and in sheets to look at
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * usage: model-quality MODEL DATA FOLDER [THREADS]
 *
 * MODEL has directions; DATA is the folder it was trained on, of which the model remembers what was
 * held out. Writes sheets into FOLDER, named after the model (MODEL-samples.jpg,
 * MODEL-neighbours.jpg, MODEL-ATTRIBUTE.jpg), and prints one JSON object:
 *
 *   samples           drawn with seeds 0 to 255 at temperature 0.7
 *   one_face          share of them in which the application's finder sees exactly one face
 *   nearest_sample    root mean square distance from a sample to the nearest training photo or its
 *                     mirror image, 5th percentile and median; pixels are 0 to 1
 *   nearest_held_out  the same from held-out photos: what other people are apart
 *   reconstruction    largest |decode (encode (x)) - x| by kind of picture
 *   from_float        the same without what rounding took from the latent
 *   broken            by attribute: on how many held-out faces a value of -3, -2 ... 3 decodes to
 *                     something that the editor would not show, or to features that have faded
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ag-codec.h"
#include "ag-dataset.h"
#include "ag-direction-change.h"
#include "ag-face-finder.h"
#include "ag-grey-photo.h"
#include "ag-image-sheet.h"
#include "ag-latent-edit.h"
#include "ag-mixture.h"
#include "ag-sanity.h"

#define N_SAMPLES   256
#define TEMPERATURE 0.7
#define ENLARGE     4 /* for the face finder */

#define SHEET_FACES   40
#define SHEET_COLUMNS 10
#define SHEET_VALUE   1.5
#define JPEG_QUALITY  85

typedef struct
{
  AgModel *model;
  AgCodec *codec;
  AgDataset *dataset;
  const AgGlowConfig *config;
  gsize n_dims;
  const int *training, *held_out;
  int n_training, n_held_out;
  AgDirectionSet *set;
  float *eps;            /* [n_held_out][N] */
  AgDirectionEnds *ends; /* [n_held_out][attribute] */
  gboolean *is_grey;     /* [n_held_out] */
  const char *folder;
  char *stem;
} Bench;

static void
check (const GError *error)
{
  if (!error)
    return;
  fprintf (stderr, "model-quality: %s\n", error->message);
  exit (1);
}

static void
decode (Bench *bench, const float *eps, float *x)
{
  g_autoptr (GError) error = NULL;

  ag_codec_decode (bench->codec, 1, eps, NULL, x, NULL, &error);
  check (error);
}

static void
values_of (Bench *bench, int image, float *x)
{
  ag_values_from_bytes (ag_dataset_get_bytes (bench->dataset, image), bench->n_dims,
                        bench->config->n_bits, NULL, x);
}

static AgImage *
picture_of (Bench *bench, int image)
{
  g_autoptr (GBytes) bytes =
    g_bytes_new (ag_dataset_get_bytes (bench->dataset, image), bench->n_dims);

  return ag_image_new (bench->config->image_width, bench->config->image_height, bytes);
}

static void
save_sheet (Bench *bench, GPtrArray *images, guint columns, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *base = g_strdup_printf ("%s-%s.jpg", bench->stem, name);
  g_autoptr (GFile) file = g_file_new_build_filename (bench->folder, base, NULL);
  g_autoptr (AgImage) sheet =
    ag_image_sheet ((AgImage *const *) images->pdata, images->len, columns, 2, &error);

  check (error);
  ag_image_save (sheet, file, JPEG_QUALITY, NULL, NULL, &error);
  check (error);
}

/* The training photo nearest to @pixels; @flipped tells whether it is its mirror image. */
static int
nearest (Bench *bench, const guint8 *pixels, double *distance, gboolean *flipped)
{
  int width = bench->config->image_width, height = bench->config->image_height, best = -1;
  gint64 least = G_MAXINT64;

  for (int i = 0; i < bench->n_training; i++)
    {
      const guint8 *photo = ag_dataset_get_bytes (bench->dataset, bench->training[i]);
      gint64 sums[2] = { 0 };

      for (int y = 0; y < height; y++)
        for (int u = 0; u < width; u++)
          for (int c = 0; c < 3; c++)
            {
              int p = pixels[(y * width + u) * 3 + c];
              int a = p - photo[(y * width + u) * 3 + c];
              int b = p - photo[(y * width + width - 1 - u) * 3 + c];

              sums[0] += a * a;
              sums[1] += b * b;
            }
      for (int f = 0; f < 2; f++)
        if (sums[f] < least)
          {
            least = sums[f];
            best = bench->training[i];
            *flipped = f == 1;
          }
    }
  *distance = sqrt ((double) least / (double) bench->n_dims) / 255;
  return best;
}

static AgImage *
flip (AgImage *image)
{
  gsize n = (gsize) image->width * (gsize) image->height * 3;
  const guint8 *from = ag_image_get_pixels (image);
  guint8 *to = g_malloc (n);
  g_autoptr (GBytes) bytes = g_bytes_new_take (to, n);

  for (int y = 0; y < image->height; y++)
    for (int u = 0; u < image->width; u++)
      memcpy (to + (y * image->width + u) * 3, from + (y * image->width + image->width - 1 - u) * 3,
              3);
  return ag_image_new (image->width, image->height, bytes);
}

static int
compare_double (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static void
print_distances (const char *name, double *distances, int n)
{
  qsort (distances, (gsize) n, sizeof (double), compare_double);
  printf (",\n \"%s\":[%.4f,%.4f]", name, distances[n / 20], distances[n / 2]);
}

static gboolean
has_one_face (AgFaceFinder *finder, AgImage *picture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AgImage) large =
    ag_image_resize (picture, picture->width * ENLARGE, picture->height * ENLARGE);
  g_autoptr (GArray) faces = ag_face_finder_find (finder, large, &error);

  check (error);
  return faces->len == 1;
}

static void
look_at_samples (Bench *bench)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AgFaceFinder) finder = ag_face_finder_new (&error);
  g_autoptr (GPtrArray) samples = g_ptr_array_new_with_free_func ((GDestroyNotify) ag_image_unref);
  g_autoptr (GPtrArray) pairs = g_ptr_array_new_with_free_func ((GDestroyNotify) ag_image_unref);
  g_autofree double *temperature = g_new (double, bench->config->levels);
  g_autofree float *eps = g_new (float, bench->n_dims);
  g_autofree float *x = g_new (float, bench->n_dims);
  double distances[N_SAMPLES];
  int one_face = 0;

  check (error);
  for (int l = 0; l < bench->config->levels; l++)
    temperature[l] = TEMPERATURE;
  for (int seed = 0; seed < N_SAMPLES; seed++)
    {
      AgImage *sample;
      g_autoptr (AgImage) photo = NULL;
      gboolean flipped;

      ag_mixture_sample_eps (bench->model, (guint64) seed, temperature, eps);
      decode (bench, eps, x);
      sample = ag_codec_image_from_values (bench->config, x);
      one_face += has_one_face (finder, sample);
      photo = picture_of (
        bench, nearest (bench, ag_image_get_pixels (sample), &distances[seed], &flipped));
      if (seed < 4 * 16)
        g_ptr_array_add (samples, ag_image_ref (sample));
      if (seed < 4 * 8)
        {
          g_ptr_array_add (pairs, ag_image_ref (sample));
          g_ptr_array_add (pairs, flipped ? flip (photo) : ag_image_ref (photo));
        }
      ag_image_unref (sample);
    }
  save_sheet (bench, samples, 16, "samples");
  save_sheet (bench, pairs, 16, "neighbours");
  printf ("{\"samples\":%d,\n \"one_face\":%.4f", N_SAMPLES, (double) one_face / N_SAMPLES);
  print_distances ("nearest_sample", distances, N_SAMPLES);
}

static void
look_at_neighbours (Bench *bench)
{
  g_autofree double *distances = g_new (double, bench->n_held_out);

  for (int i = 0; i < bench->n_held_out; i++)
    {
      gboolean flipped;

      nearest (bench, ag_dataset_get_bytes (bench->dataset, bench->held_out[i]), &distances[i],
               &flipped);
    }
  print_distances ("nearest_held_out", distances, bench->n_held_out);
}

typedef void (*Painter) (int number, double u, double v, guint8 *pixel);

static void
set_pixel (guint8 *pixel, double r, double g, double b)
{
  pixel[0] = (guint8) (255 * CLAMP (r, 0, 1));
  pixel[1] = (guint8) (255 * CLAMP (g, 0, 1));
  pixel[2] = (guint8) (255 * CLAMP (b, 0, 1));
}

static void
paint_cartoon (int number, double u, double v, guint8 *pixel)
{
  double face = hypot (u - 0.5, v - 0.5) - 0.38;
  double eyes = MIN (hypot (u - 0.36, v - 0.42), hypot (u - 0.64, v - 0.42)) - 0.05;
  double mouth = fabs (hypot (u - 0.5, v - 0.5) - 0.22) - 0.025;

  set_pixel (pixel, 0.2 * number, 0.6, 0.9 - 0.2 * number);
  if (face < 0)
    set_pixel (pixel, 1, 0.85, 0.1 * number);
  if (fabs (face) < 0.02 || eyes < 0 || (mouth < 0 && v > 0.55))
    set_pixel (pixel, 0, 0, 0);
}

static void
paint_noise (int number, double u, double v, guint8 *pixel)
{
  guint64 place = (guint64) (u * 4096) * 4096 + (guint64) (v * 4096);

  for (guint64 c = 0; c < 3; c++)
    pixel[c] = (guint8) ag_random_bits (77, (guint64) number, place * 3 + c);
}

static void
paint_landscape (int number, double u, double v, guint8 *pixel)
{
  double ridge = 0.5 + 0.08 * sin (5 * u + number) + 0.04 * sin (17 * u - number) +
                 0.02 * sin (41 * u + 2 * number);
  double grass = 0.05 * sin (90 * u + 50 * v) * sin (70 * v);

  if (v < ridge)
    set_pixel (pixel, 0.3 + 0.6 * v, 0.5 + 0.5 * v, 0.95 - 0.1 * number);
  else if (v < ridge + 0.15)
    set_pixel (pixel, 0.3, 0.3 + v - ridge, 0.35);
  else
    set_pixel (pixel, 0.2 + grass, 0.5 + 0.2 * v + grass, 0.15);
}

static void
paint_black (int number, double u, double v, guint8 *pixel)
{
  set_pixel (pixel, 0, 0, 0);
}

static void
paint_white (int number, double u, double v, guint8 *pixel)
{
  set_pixel (pixel, 1, 1, 1);
}

/* The largest difference between @x and what comes back; NaN counts as infinite. */
static double
decode_and_compare (Bench *bench, const float *eps, const float *low, const float *x)
{
  g_autoptr (GError) error = NULL;
  g_autofree float *back = g_new (float, bench->n_dims);
  double most = 0;

  ag_codec_decode_exact (bench->codec, 1, eps, low, NULL, back, NULL, &error);
  check (error);
  for (gsize i = 0; i < bench->n_dims; i++)
    {
      double difference = fabs ((double) back[i] - x[i]);

      most = isfinite (difference) ? MAX (most, difference) : INFINITY;
    }
  return most;
}

/* What comes back from the whole latent, and from its numbers rounded to float. */
typedef struct
{
  double exact, from_float;
} Lost;

static void
reconstruct (Bench *bench, const float *x, float *eps, Lost *most)
{
  g_autoptr (GError) error = NULL;
  g_autofree float *low = g_new (float, bench->n_dims);

  ag_codec_encode_exact (bench->codec, 1, x, NULL, eps, low, NULL, NULL, &error);
  check (error);
  most->exact = MAX (most->exact, decode_and_compare (bench, eps, low, x));
  most->from_float = MAX (most->from_float, decode_and_compare (bench, eps, NULL, x));
}

static void
look_at_reconstruction (Bench *bench)
{
  static const struct
  {
    const char *name;
    Painter paint;
    int n;
  } kinds[] = { { "cartoons", paint_cartoon, 4 },
                { "noise", paint_noise, 4 },
                { "landscapes", paint_landscape, 4 },
                { "black", paint_black, 1 },
                { "white", paint_white, 1 } };
  g_autofree guint8 *bytes = g_new (guint8, bench->n_dims);
  g_autofree float *x = g_new (float, bench->n_dims);
  g_autofree float *eps = g_new (float, bench->n_dims);
  int width = bench->config->image_width, height = bench->config->image_height;
  Lost held_out = { 0 }, lost[G_N_ELEMENTS (kinds)] = { 0 };

  for (int i = 0; i < bench->n_held_out; i++)
    {
      values_of (bench, bench->held_out[i], x);
      reconstruct (bench, x, bench->eps + (gsize) i * bench->n_dims, &held_out);
    }
  for (gsize k = 0; k < G_N_ELEMENTS (kinds); k++)
    {
      for (int number = 0; number < kinds[k].n; number++)
        {
          for (int y = 0; y < height; y++)
            for (int u = 0; u < width; u++)
              kinds[k].paint (number, (u + 0.5) / width, (y + 0.5) / height,
                              bytes + (y * width + u) * 3);
          ag_values_from_bytes (bytes, bench->n_dims, bench->config->n_bits, NULL, x);
          reconstruct (bench, x, eps, &lost[k]);
        }
    }
  printf (",\n \"reconstruction\":{\"held_out\":%.1e", held_out.exact);
  for (gsize k = 0; k < G_N_ELEMENTS (kinds); k++)
    printf (",\"%s\":%.1e", kinds[k].name, lost[k].exact);
  printf ("},\n \"from_float\":{\"held_out\":%.1e", held_out.from_float);
  for (gsize k = 0; k < G_N_ELEMENTS (kinds); k++)
    printf (",\"%s\":%.1e", kinds[k].name, lost[k].from_float);
  printf ("}");
}

static void
edited (Bench *bench, guint attribute, double value, int face, float *x)
{
  g_autofree double *values = g_new0 (double, bench->set->n);
  g_autofree float *eps = g_new (float, bench->n_dims);
  AgLatentEdit edit = { .values = values, .ends = bench->ends + (gsize) face * bench->set->n };

  values[attribute] = value;
  ag_latent_edit_apply (&edit, bench->config, bench->set, bench->eps + (gsize) face * bench->n_dims,
                        eps);
  decode (bench, eps, x);
}

/* As the application gives them to the model: grey ones in colours. */
static void
encode_for_editing (Bench *bench)
{
  g_autofree float *x = g_new (float, bench->n_dims);

  bench->set = ag_direction_set_new (bench->model, NULL);
  bench->ends = g_new (AgDirectionEnds, (gsize) bench->n_held_out * bench->set->n);
  for (int i = 0; i < bench->n_held_out; i++)
    {
      float *eps = bench->eps + (gsize) i * bench->n_dims;
      g_autoptr (AgImage) picture = picture_of (bench, bench->held_out[i]);
      g_autoptr (GError) error = NULL;

      bench->is_grey[i] = ag_grey_photo_values (bench->config, picture, x);
      ag_codec_encode (bench->codec, 1, x, NULL, eps, NULL, NULL, &error);
      check (error);
      decode (bench, eps, x);
      ag_direction_find_ends (bench->codec, bench->set, NULL, eps, 1, x,
                              bench->ends + (gsize) i * bench->set->n, NULL, &error);
      check (error);
    }
}

/* Whether a picture has become none on the way to -3 or 3, or to where the slider ends: values that
 * are not colours, or features that have faded. */
static gboolean
is_broken (Bench *bench, guint attribute, int face)
{
  g_autofree float *x = g_new (float, bench->n_dims);
  double before;

  edited (bench, attribute, 0, face, x);
  before = ag_sanity_contrast (bench->config, x);
  for (int value = -3; value <= 3; value++)
    {
      edited (bench, attribute, value, face, x);
      if (ag_sanity_check (x, bench->n_dims) != AG_SANITY_GOOD ||
          ag_sanity_contrast (bench->config, x) < AG_SANITY_LEAST_CONTRAST * before)
        return TRUE;
    }
  return FALSE;
}

/* Threes of rows: less of the attribute, the photo as the model sees it, more. */
static void
save_attribute (Bench *bench, guint attribute, const char *name)
{
  g_autoptr (GPtrArray) images = g_ptr_array_new_with_free_func ((GDestroyNotify) ag_image_unref);
  g_autofree float *x = g_new (float, bench->n_dims);
  int n = MIN (SHEET_FACES, bench->n_held_out) / SHEET_COLUMNS * SHEET_COLUMNS;

  for (int first = 0; first < n; first += SHEET_COLUMNS)
    for (int sign = -1; sign <= 1; sign++)
      for (int i = first; i < first + SHEET_COLUMNS; i++)
        {
          g_autoptr (AgImage) drawn = NULL;

          edited (bench, attribute, sign * SHEET_VALUE, i, x);
          drawn = ag_codec_image_from_values (bench->config, x);
          g_ptr_array_add (images, ag_grey_photo_fade (drawn, bench->is_grey[i] ? 1 : 0));
        }
  if (images->len > 0)
    save_sheet (bench, images, SHEET_COLUMNS, name);
}

static void
look_at_attributes (Bench *bench)
{
  encode_for_editing (bench);
  printf (",\n \"broken\":{");
  for (guint a = 0; a < bench->model->attributes->len; a++)
    {
      const AgModelAttribute *attribute = g_ptr_array_index (bench->model->attributes, a);
      int broken = 0;

      save_attribute (bench, a, attribute->name);
      for (int i = 0; i < bench->n_held_out; i++)
        broken += is_broken (bench, a, i);
      printf ("%s\"%s\":%d", a > 0 ? "," : "", attribute->name, broken);
    }
  printf ("}}\n");
}

static double
fact (AgModel *model, const char *key, double otherwise)
{
  const char *text = g_hash_table_lookup (model->facts, key);

  return text ? g_ascii_strtod (text, NULL) : otherwise;
}

static void
prepare (Bench *bench, char **argv, int n_threads)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) model = g_file_new_for_path (argv[1]);
  g_autoptr (GFile) data = g_file_new_for_path (argv[2]);
  g_autofree char *base = g_path_get_basename (argv[1]);
  AgDatasetOptions options;

  bench->folder = argv[3];
  bench->stem = g_strndup (base, strcspn (base, "."));
  bench->model = ag_model_load (model, &error);
  check (error);
  bench->codec = ag_codec_new (bench->model, 1, n_threads, &error);
  check (error);
  bench->config = ag_codec_get_config (bench->codec);
  bench->n_dims = ag_codec_get_n_dims (bench->codec);
  ag_dataset_options_init (&options);
  options.height = bench->config->image_height;
  options.width = bench->config->image_width;
  options.held_out = fact (bench->model, "held_out", AG_DATASET_DEFAULT_HELD_OUT);
  options.seed = (guint64) fact (bench->model, "seed", 0);
  bench->dataset = ag_dataset_load (data, &options, NULL, NULL, NULL, &error);
  check (error);
  bench->training =
    ag_dataset_get_indices (bench->dataset, AG_DATASET_TRAINING, &bench->n_training);
  bench->held_out =
    ag_dataset_get_indices (bench->dataset, AG_DATASET_HELD_OUT, &bench->n_held_out);
  bench->eps = g_new (float, (gsize) bench->n_held_out * bench->n_dims);
  bench->is_grey = g_new (gboolean, bench->n_held_out);
}

int
main (int argc, char **argv)
{
  Bench bench = { 0 };

  if (argc < 4 || argc > 5)
    {
      fprintf (stderr, "usage: model-quality MODEL DATA FOLDER [THREADS]\n");
      return 2;
    }
  prepare (&bench, argv, argc > 4 ? atoi (argv[4]) : 0);
  if (bench.config->channels != 3 || bench.config->classes > 0 || bench.n_held_out == 0)
    {
      fprintf (stderr, "model-quality: for models of colour pictures without classes, and data of "
                       "which some is held out\n");
      return 1;
    }
  look_at_samples (&bench);
  look_at_neighbours (&bench);
  look_at_reconstruction (&bench);
  look_at_attributes (&bench);
  g_free (bench.eps);
  g_free (bench.ends);
  ag_direction_set_unref (bench.set);
  g_free (bench.is_grey);
  g_free (bench.stem);
  ag_dataset_unref (bench.dataset);
  ag_codec_free (bench.codec);
  ag_model_unref (bench.model);
  return 0;
}
