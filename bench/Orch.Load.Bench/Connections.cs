using System.Security.Cryptography.X509Certificates;

namespace Orch.Load.Bench;

/// <summary>The connections of a run; what ends one of them ends the run.</summary>
internal sealed class Connections : IDisposable
{
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Http2[] _all;
    private bool _isOver;

    public Connections(int count, int port, X509Certificate2 admin, X509Certificate2 authority)
        => _all = [.. Enumerable.Range(0, count).Select(_ => Http2.Connect(port, admin, authority, Fail))];

    /// <summary>One of them, always the same for a number.</summary>
    public Http2 this[int number] => _all[number % _all.Length];

    /// <summary>Ends the run.</summary>
    public void Fail(Exception error)
    {
        if (!Volatile.Read(ref _isOver)) { _failed.TrySetException(error); }
    }

    /// <summary>Waits for something, or for the end of the run.</summary>
    public async Task<T> OrFailure<T>(Task<T> wanted)
    {
        if (await Task.WhenAny(wanted, _failed.Task) != wanted) { await _failed.Task; }
        return await wanted;
    }

    public void Dispose()
    {
        Volatile.Write(ref _isOver, true);
        foreach (var connection in _all) { connection.Dispose(); }
    }
}
