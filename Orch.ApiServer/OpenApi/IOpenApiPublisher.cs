namespace Orch.ApiServer.OpenApi;

/// <summary>Publishes the schemas of what is served.</summary>
internal interface IOpenApiPublisher
{
    /// <summary>A document, or null when there is none at the path.</summary>
    /// <param name="path"><c>/openapi/v2</c>, <c>/openapi/v3</c>, <c>/openapi/v3/api/v1</c>, <c>/openapi/v3/apis/GROUP/VERSION</c>.</param>
    /// <param name="accept">The request's header; may be empty.</param>
    /// <exception cref="Client.ApiException">406: not in any wanted form.</exception>
    OpenApiDocument? Find(string path, string accept);
}
