namespace Orch.Store.Etcd.Connections;

/// <summary>The members, and the one in use: who fails on it moves everyone on to the next.</summary>
internal sealed class EtcdConnections : IDisposable
{
    private readonly EtcdConnection[] _members;
    private int _current;

    public EtcdConnections(EtcdStoreOptions options)
    {
        var endpoints = options.Endpoints.Count > 0 ? options.Endpoints : ["http://127.0.0.1:2379"];
        _members = [.. endpoints.Select(endpoint => new EtcdConnection(endpoint, options))];
    }

    public EtcdConnection Current => _members[(uint)Volatile.Read(ref _current) % _members.Length];

    public int Count => _members.Length;

    /// <summary>Leaves a member that failed, unless someone else has already.</summary>
    public void MoveOnFrom(EtcdConnection failed)
    {
        var current = Volatile.Read(ref _current);
        if (ReferenceEquals(_members[(uint)current % _members.Length], failed))
        {
            Interlocked.CompareExchange(ref _current, current + 1, current);
        }
    }

    public void Dispose()
    {
        foreach (var member in _members)
        {
            member.Dispose();
        }
    }
}
