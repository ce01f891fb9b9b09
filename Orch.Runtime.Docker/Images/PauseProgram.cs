using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Orch.Runtime.Docker.Images;

/// <summary>The program that holds a sandbox: a static ELF file of less than 300 bytes.</summary>
/// <remarks>
/// It ignores SIGCHLD, so that the kernel reaps what ends under it where it is process 1 of a shared process namespace, and then waits for
/// ever. As process 1 it is deaf to SIGTERM: sandboxes are killed.
/// </remarks>
internal static class PauseProgram
{
    private const int HeaderSize = 64 + 56;
    private const ulong LoadAddress = 0x400000;

    // sigaction(SIGCHLD, SIG_IGN); for (;;) pause();
    private static readonly byte[] X64 =
    [
        0xB8, 13, 0, 0, 0,                  // mov eax, rt_sigaction
        0xBF, 17, 0, 0, 0,                  // mov edi, SIGCHLD
        0x48, 0x8D, 0x35, 0x17, 0, 0, 0,    // lea rsi, [rip + 23]
        0x31, 0xD2,                         // xor edx, edx
        0x41, 0xBA, 8, 0, 0, 0,             // mov r10d, size of the mask
        0x0F, 0x05,                         // syscall
        0xB8, 34, 0, 0, 0,                  // mov eax, pause
        0x0F, 0x05,                         // syscall
        0xEB, 0xF7,                         // jmp to the mov
        0, 0, 0, 0,
    ];

    // The same, with ppoll on nothing for pause, which this architecture lacks.
    private static readonly uint[] Arm64 =
    [
        0xD2800000 | (134 << 5) | 8,        // mov x8, rt_sigaction
        0xD2800000 | (17 << 5),             // mov x0, SIGCHLD
        0x10000000 | (12 << 5) | 1,         // adr x1, 48 bytes on
        0xD2800000 | 2,                     // mov x2, 0
        0xD2800000 | (8 << 5) | 3,          // mov x3, size of the mask
        0xD4000001,                         // svc 0
        0xD2800000 | (73 << 5) | 8,         // mov x8, ppoll
        0xD2800000,                         // mov x0, 0
        0xD2800000 | 1,                     // mov x1, 0
        0xD2800000 | 2,                     // mov x2, 0
        0xD2800000 | 3,                     // mov x3, 0
        0xD4000001,                         // svc 0
        0x17FFFFFA,                         // b 6 instructions back
        0xD503201F,                         // nop
    ];

    /// <summary>Builds it for the processor of this machine, which is the engine's too: it is reached by a Unix socket.</summary>
    /// <exception cref="PlatformNotSupportedException">Neither x64 nor arm64.</exception>
    public static byte[] Build(Architecture architecture)
    {
        var (machine, code) = architecture switch
        {
            Architecture.X64 => ((ushort)62, X64),
            Architecture.Arm64 => ((ushort)183, MemoryMarshal.AsBytes<uint>(Arm64).ToArray()),
            _ => throw new PlatformNotSupportedException(
                $"there is no built-in pause image for {architecture}; set PauseImage to one that the engine has or can pull"),
        };

        // struct sigaction of the kernel: handler SIG_IGN (1), flags, restorer and mask 0.
        var program = new byte[HeaderSize + code.Length + 32];
        code.CopyTo(program, HeaderSize);
        program[HeaderSize + code.Length] = 1;
        WriteHeader(program, machine);
        return program;
    }

    private static void WriteHeader(Span<byte> program, ushort machine)
    {
        ReadOnlySpan<byte> identity = [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1];
        identity.CopyTo(program);
        BinaryPrimitives.WriteUInt16LittleEndian(program[16..], 2);                               // executable
        BinaryPrimitives.WriteUInt16LittleEndian(program[18..], machine);
        BinaryPrimitives.WriteUInt32LittleEndian(program[20..], 1);                               // version
        BinaryPrimitives.WriteUInt64LittleEndian(program[24..], LoadAddress + HeaderSize);        // entry
        BinaryPrimitives.WriteUInt64LittleEndian(program[32..], 64);                              // program headers at
        BinaryPrimitives.WriteUInt16LittleEndian(program[52..], 64);                              // size of this header
        BinaryPrimitives.WriteUInt16LittleEndian(program[54..], 56);                              // size of a program header
        BinaryPrimitives.WriteUInt16LittleEndian(program[56..], 1);                               // how many
        var segment = program[64..];
        BinaryPrimitives.WriteUInt32LittleEndian(segment, 1);                                     // load
        BinaryPrimitives.WriteUInt32LittleEndian(segment[4..], 5);                                // read, execute
        BinaryPrimitives.WriteUInt64LittleEndian(segment[16..], LoadAddress);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[24..], LoadAddress);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[32..], (ulong)program.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[40..], (ulong)program.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[48..], 0x1000);
    }
}
