using Orch.Storage;

namespace Orch.Store.Memory.Index;

/// <summary>A key with its versions, newest first. One writer, any number of readers.</summary>
internal sealed class KeyHistory(string key, KeyVersion head)
{
    private KeyVersion _head = head;

    public string Key { get; } = key;

    /// <summary>May be newer than what is published.</summary>
    public KeyVersion Head
    {
        get => Volatile.Read(ref _head);
        set => Volatile.Write(ref _head, value);
    }

    public StoreEntry? At(long revision)
    {
        var version = Head;
        while (version is not null && version.Revision > revision)
        {
            version = version.Older;
        }

        return version?.Entry;
    }
}
