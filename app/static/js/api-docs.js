/* Starts the Swagger page on our own description. Tokens are forgotten with the page. */
(function () {
  "use strict";

  const place = document.getElementById("api");
  window.SwaggerUIBundle({
    domNode: place,
    url: place.dataset.description,
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    persistAuthorization: false,
    validatorUrl: null,
  });
})();
