namespace Orch.ApiServer.OpenApi;

/// <summary>The version of OpenAPI that a document is written in.</summary>
internal enum Dialect
{
    V2,
    V3,
}
