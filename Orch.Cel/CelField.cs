namespace Orch.Cel;

/// <summary>A field of an object type.</summary>
/// <param name="Name">What the data calls it; expressions may have to write it escaped.</param>
/// <param name="Type">Its type, with the bounds of its size where they are known.</param>
public sealed record CelField(string Name, CelType Type);
