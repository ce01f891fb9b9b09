namespace Orch.ApiServer.Health;

/// <summary>One thing that must be well for the server to be. Registered as a set.</summary>
internal interface IHealthCheck
{
    /// <summary>As it stands in <c>/readyz/NAME</c>.</summary>
    string Name { get; }

    /// <summary>Whether it also says that the process is alive; else it only says whether to send it requests.</summary>
    bool IsLiveness { get; }

    /// <summary>Null when well, else what is wrong.</summary>
    ValueTask<string?> CheckAsync(CancellationToken cancellationToken);
}
