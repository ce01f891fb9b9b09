namespace Orch.ApiServer.Apply;

/// <summary>One step below a set.</summary>
/// <param name="Element">As <see cref="PathElement"/> has it; never changed.</param>
/// <param name="IsMember">Whether the path that ends here is in the set.</param>
/// <param name="Children">What is in the set below.</param>
internal readonly record struct FieldNode(byte[] Element, bool IsMember, FieldSet Children);
