namespace Orch.ApiServer.Audit;

/// <summary>How much of a request is recorded; each has all of those before.</summary>
internal enum AuditLevel
{
    None,
    Metadata,
    Request,
    RequestResponse,
}
