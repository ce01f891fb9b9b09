namespace Orch.ApiServer.Apply;

/// <summary>How one object differs from another.</summary>
/// <param name="Changed">What is new or has another value.</param>
/// <param name="Removed">What is gone.</param>
internal readonly record struct FieldChanges(FieldSet Changed, FieldSet Removed)
{
    /// <summary>Whether both say the same.</summary>
    public bool IsEmpty => Changed.IsEmpty && Removed.IsEmpty;
}
