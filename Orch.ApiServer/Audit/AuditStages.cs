namespace Orch.ApiServer.Audit;

/// <summary>When an event is recorded.</summary>
[Flags]
internal enum AuditStages
{
    None = 0,
    RequestReceived = 1,
    ResponseStarted = 2,
    ResponseComplete = 4,
    Panic = 8,
}
