namespace Orch.ApiServer.Audit;

/// <summary>Takes finished events. Registered as a set.</summary>
internal interface IAuditSink
{
    /// <summary>Bytes that an event may have; one that has more comes without bodies, or not at all. 0 for no limit.</summary>
    int MaxEventBytes { get; }

    /// <summary>Takes one event, a JSON object without a line break; the memory is the sink's. Does not throw.</summary>
    void Take(ReadOnlyMemory<byte> json);

    /// <summary>An event is lost, as it is too large without its bodies even. Does not throw.</summary>
    void Lose();
}
