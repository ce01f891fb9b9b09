namespace Orch.Runtime;

/// <summary>A duplex stream whose writing side can end on its own.</summary>
public interface IHalfClosable
{
    /// <summary>Tells the peer that nothing more follows; reading goes on. Calling again does nothing.</summary>
    ValueTask CloseWriteAsync(CancellationToken cancellationToken);
}
