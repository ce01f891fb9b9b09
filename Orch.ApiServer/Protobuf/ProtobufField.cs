namespace Orch.ApiServer.Protobuf;

/// <summary>What a field number of a message stands for.</summary>
/// <param name="Name">The JSON property; of an inlined message its full name.</param>
/// <param name="IsInlined">The message's fields stand in the same JSON object.</param>
/// <param name="ZeroIsAbsent">Senders write zero for absent.</param>
/// <param name="KeepsEmpty">An empty string is one, and not absent.</param>
internal readonly record struct ProtobufField(string Name, bool IsInlined, bool ZeroIsAbsent, bool KeepsEmpty);
