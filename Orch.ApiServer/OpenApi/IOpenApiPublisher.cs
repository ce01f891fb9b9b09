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

/// <summary>A document as it goes out.</summary>
/// <param name="Body">Encoded once, shared.</param>
/// <param name="ContentType">Of the body.</param>
/// <param name="ETag">Quoted.</param>
internal sealed record OpenApiDocument(ReadOnlyMemory<byte> Body, string ContentType, string ETag);
