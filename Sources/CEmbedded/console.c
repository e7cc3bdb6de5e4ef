#include "console.h"
#include <string.h>

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char index_html[] = {
#embed "console/index.html"
};
static const unsigned char style_css[] = {
#embed "console/style.css"
};
static const unsigned char icon_svg[] = {
#embed "console/icon.svg"
};
static const unsigned char app_js[] = {
#embed "console/app.js"
};
static const unsigned char again_js[] = {
#embed "console/again.js"
};
static const unsigned char api_js[] = {
#embed "console/api.js"
};
static const unsigned char attempts_js[] = {
#embed "console/attempts.js"
};
static const unsigned char chart_js[] = {
#embed "console/chart.js"
};
static const unsigned char compare_js[] = {
#embed "console/compare.js"
};
static const unsigned char delete_js[] = {
#embed "console/delete.js"
};
static const unsigned char dom_js[] = {
#embed "console/dom.js"
};
static const unsigned char events_js[] = {
#embed "console/events.js"
};
static const unsigned char form_js[] = {
#embed "console/form.js"
};
static const unsigned char gallery_js[] = {
#embed "console/gallery.js"
};
static const unsigned char inputs_js[] = {
#embed "console/inputs.js"
};
static const unsigned char me_js[] = {
#embed "console/me.js"
};
static const unsigned char playground_js[] = {
#embed "console/playground.js"
};
static const unsigned char providers_js[] = {
#embed "console/providers.js"
};
static const unsigned char request_js[] = {
#embed "console/request.js"
};
static const unsigned char result_js[] = {
#embed "console/result.js"
};
static const unsigned char route_js[] = {
#embed "console/route.js"
};
static const unsigned char samples_js[] = {
#embed "console/samples.js"
};
static const unsigned char status_js[] = {
#embed "console/status.js"
};
static const unsigned char tasks_js[] = {
#embed "console/tasks.js"
};
static const unsigned char usage_js[] = {
#embed "console/usage.js"
};
static const unsigned char watch_js[] = {
#embed "console/watch.js"
};

static const struct {
    const char *name;
    const unsigned char *bytes;
    size_t size;
} files[] = {
    {"index.html", index_html, sizeof index_html},
    {"style.css", style_css, sizeof style_css},
    {"icon.svg", icon_svg, sizeof icon_svg},
    {"app.js", app_js, sizeof app_js},
    {"again.js", again_js, sizeof again_js},
    {"api.js", api_js, sizeof api_js},
    {"attempts.js", attempts_js, sizeof attempts_js},
    {"chart.js", chart_js, sizeof chart_js},
    {"compare.js", compare_js, sizeof compare_js},
    {"delete.js", delete_js, sizeof delete_js},
    {"dom.js", dom_js, sizeof dom_js},
    {"events.js", events_js, sizeof events_js},
    {"form.js", form_js, sizeof form_js},
    {"gallery.js", gallery_js, sizeof gallery_js},
    {"inputs.js", inputs_js, sizeof inputs_js},
    {"me.js", me_js, sizeof me_js},
    {"playground.js", playground_js, sizeof playground_js},
    {"providers.js", providers_js, sizeof providers_js},
    {"request.js", request_js, sizeof request_js},
    {"result.js", result_js, sizeof result_js},
    {"route.js", route_js, sizeof route_js},
    {"samples.js", samples_js, sizeof samples_js},
    {"status.js", status_js, sizeof status_js},
    {"tasks.js", tasks_js, sizeof tasks_js},
    {"usage.js", usage_js, sizeof usage_js},
    {"watch.js", watch_js, sizeof watch_js},
};

size_t zoe_console_count(void) { return sizeof files / sizeof files[0]; }

const char *zoe_console_name(size_t index) { return files[index].name; }

size_t zoe_console_size(size_t index) { return files[index].size; }

void zoe_console_copy(size_t index, unsigned char *bytes) { memcpy(bytes, files[index].bytes, files[index].size); }
