using Google.Protobuf;
using Mvccpb;
using Orch.Storage;

namespace Orch.Store.Etcd;

/// <summary>Translates keys and entries between the store and etcd, where every key has the store's prefix.</summary>
internal sealed class EtcdKeys(string prefix)
{
    public ByteString Encode(string key) => ByteString.CopyFromUtf8(string.Concat(prefix, key));

    /// <summary>The start of a range, which etcd does not take empty.</summary>
    public ByteString EncodeStart(string key) => prefix.Length + key.Length == 0 ? ByteString.CopyFrom(0) : Encode(key);

    public string Decode(ByteString key) => key.ToStringUtf8()[prefix.Length..];

    public StoreEntry Decode(KeyValue entry)
        => new(Decode(entry.Key), entry.Value.Memory, new Revision(entry.CreateRevision), new Revision(entry.ModRevision), entry.Version);
}
