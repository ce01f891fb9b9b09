namespace Orch.ApiServer.Audit;

/// <summary>Takes finished events. Registered as a set.</summary>
internal interface IAuditSink
{
    /// <summary>Takes one event, a JSON object without a line break; the memory is the sink's. Does not throw.</summary>
    void Take(ReadOnlyMemory<byte> json);
}
