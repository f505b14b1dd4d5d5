// What an import says of restricted facts. Invariant: numbers and cells, never whose or which.
import type { CareCount } from '#lib/domain/roster/roster-care.ts';

export const TO_CARE = '这里写的是限制类信息，不写入普通名册，只写入有权限的人才能看的“敏感事项”。';

export const careWords = {
  counted: ({ created, unchanged, withheld, waiting }: CareCount & { waiting: number }): string[] => [
    ...(created > 0 ? [`敏感事项：新写 ${created} 条，只有有权限的人能看到。`] : []),
    ...(unchanged > 0 ? [`敏感事项：已有 ${unchanged} 条，没有变。`] : []),
    ...(withheld > 0 ? [`敏感事项：${withheld} 条没有地方写，没有写入任何库，请用管理员再运行一次。`] : []),
    ...(waiting > 0 ? [`敏感事项：名册没有写全，${waiting} 条先不写，请再运行一次本命令。`] : []),
  ],
};
