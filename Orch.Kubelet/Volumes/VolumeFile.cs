namespace Orch.Kubelet.Volumes;

/// <summary>A file that a volume shows.</summary>
/// <param name="Path">Relative, with slashes, without <c>..</c>.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Mode">Permission bits.</param>
internal sealed record VolumeFile(string Path, ReadOnlyMemory<byte> Content, UnixFileMode Mode)
{
    public static UnixFileMode ModeOf(int? item, int? volume) => (UnixFileMode)((item ?? volume ?? 0x1a4) & 0xfff);
}
